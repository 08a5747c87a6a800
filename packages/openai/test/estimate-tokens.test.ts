import { estimateTokens } from '@agentmem/openai'
import { describe, expect, test } from 'vitest'
import { cutToTokens } from '../src/embedder/cut-to-tokens.ts'

/** Texts, and how many tokens cl100k_base makes of them (counted with gpt-tokenizer 4.0.0). */
const counted: [string, number, string][] = [
  [
    'English',
    20,
    'Alice likes green tea and walks her dog every morning before work in the old town near the river.',
  ],
  [
    'Chat',
    46,
    `ok so i've talked w/ John re: the PR (#4821) -- he's fine w/ it, lgtm!! let's ship on 2024-03-17 @ 14:30 UTC...`,
  ],
  [
    'TypeScript',
    50,
    'export async function open(options: Options): Promise<Store> {\n  const { path, busyTimeoutMs = 5000 } = options\n  if (!Number.isInteger(busyTimeoutMs)) throw invalid(`has ${busyTimeoutMs}`)\n}',
  ],
  ['JSON', 59, '{"id":"0193c9a4-7f0e-7c3a-9d51-0a8e3b2f6c11","ts":1718036745,"ok":true,"v":[1,2,3,0.125]}'],
  ['a URL', 37, 'https://example.org/some/Path_x/aZ9-qQ?utm_source=x&k=%20%2F%3D&sess=7fA3bQ'],
  ['capitals', 22, 'THIS IS ALL CAPITALS WITH XQZJK ABBREVIATIONS LIKE NATO UNICEF HTTPS.'],
  [
    'German',
    31,
    'Die Überprüfung der Arbeitsunfähigkeitsbescheinigung erfolgt größtenteils außerhalb der Geschäftszeiten.',
  ],
  ['French', 23, `L'été dernier, nous avons été à la plage où les élèves se baignaient déjà.`],
  [
    'Polish',
    36,
    'Wszystkich pracowników prosimy o złożenie zeznań podatkowych przed końcem miesiąca źdźbło.',
  ],
  ['Turkish', 29, 'Çalışanların büyük çoğunluğu görüşmelere katılmayı düşünüyor.'],
  ['Vietnamese', 33, 'Tôi thích uống trà xanh vào mỗi buổi sáng trước khi đi làm ở thành phố.'],
  ['Russian', 34, 'Алиса любит зелёный чай и каждое утро гуляет с собакой у реки.'],
  ['Greek', 46, 'Η Αλίκη αγαπά το πράσινο τσάι και περπατάει κάθε πρωί.'],
  ['Hebrew', 47, 'אליס אוהבת תה ירוק ומטיילת עם הכלב שלה בכל בוקר.'],
  ['Arabic', 42, 'أليس تحب الشاي الأخضر وتمشي مع كلبها كل صباح قبل العمل.'],
  ['Hindi', 60, 'ऐलिस को हरी चाय पसंद है और वह हर सुबह अपने कुत्ते को घुमाती है।'],
  ['Thai', 48, 'อลิซชอบชาเขียวและพาสุนัขเดินเล่นทุกเช้าก่อนไปทำงาน'],
  ['Tamil', 47, 'ஆலிஸ் பச்சை தேநீரை விரும்புகிறாள்.'],
  ['Georgian', 46, 'ალისას უყვარს მწვანე ჩაი.'],
  ['Amharic', 48, 'አሊስ አረንጓዴ ሻይ ትወዳለች።'],
  ['Armenian', 46, 'Ալիսը սիրում է կանաչ թեյ։'],
  ['Chinese', 54, '爱丽丝喜欢喝绿茶，每天早上上班前都会去河边的老城区遛狗。季度报告星期五到期。'],
  ['Japanese', 48, 'アリスは緑茶が好きで、毎朝仕事の前に川の近くの旧市街で犬を散歩させます。'],
  ['Korean', 45, '앨리스는 녹차를 좋아하고 매일 아침 출근하기 전에 강아지를 산책시킨다.'],
  ['emoji', 33, '😀🎉👨‍👩‍👧🏳️‍🌈❤️🔥'],
  ['punctuation', 15, '} { ) ( ; [ ] ! @ # $ % ^ & *'],
]

test.each(counted)('%s: 0.95 to 3.2 times the %i tokens that there are', (_kind, tokens, text) => {
  const ratio = estimateTokens(text) / tokens
  expect(ratio).toBeGreaterThanOrEqual(0.95)
  expect(ratio).toBeLessThanOrEqual(3.2)
})

test('base64 is underestimated, but by less than half', () => {
  const text =
    'ALt3M++rZiLemlYRzYlFAbx4NPCsZyPfm1cSzopGAr15NfGtaCTgnFgTz4tHA756NvKuaSXhnVkU0IxIBL97N/OvaibinloW0Y1J'
  expect(estimateTokens(text) / 70).toBeCloseTo(0.6, 1)
})

test('nothing has no tokens', () => {
  expect(estimateTokens('')).toBe(0)
})

describe('a text that is cut', () => {
  test('is the longest start within the limit', () => {
    expect(cutToTokens('abcdefghij', 2, estimateTokens)).toBe('abcdef')
    expect(cutToTokens('abcdefghij', 4, estimateTokens)).toBe('abcdefghij')
    expect(cutToTokens('日本語', 3, estimateTokens)).toBe('日本')
    expect(cutToTokens('abc', 0, estimateTokens)).toBe('')
  })

  test('never ends between two surrogates', () => {
    for (let limit = 0; limit < 12; limit++) {
      expect(cutToTokens('😀😀😀', limit, estimateTokens)).toBe('😀'.repeat(Math.floor(limit / 4)))
    }
  })
})

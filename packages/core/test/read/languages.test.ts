import { expect, onTestFinished, test } from 'vitest'
import { Memory } from '../../src/memory.ts'
import { MapStore } from '../../src/reference/map-store.ts'

const latin =
  'Python Docker Linux React Excel Figma Slack Notion GitHub Kotlin Swift Rust Go Java Perl Ruby Scala Julia Haskell Erlang'
const korean =
  '서울 부산 대구 인천 광주 대전 울산 세종 제주 수원 성남 고양 용인 창원 청주 전주 포항 김해 평택 안양'
const han = '茶 雨 山 河 花 鸟 鱼 马 牛 羊 猪 狗 猫 虎 龙 蛇 鼠 兔 猴 鸡'
const russian: readonly (readonly [query: string, written: string])[] = (
  'Москва Москве, Берлин Берлине, Казань Казани, Самара Самаре, Одесса Одессе, Рига Риге, Прага Праге, Вена Вене,' +
  ' Варшава Варшаве, Женева Женеве, Лондон Лондоне, Париж Париже, Мадрид Мадриде, Неаполь Неаполе, Стамбул Стамбуле,' +
  ' Ташкент Ташкенте, Воронеж Воронеже, Саратов Саратове, Иркутск Иркутске, Мурманск Мурманске'
)
  .split(', ')
  .flatMap(group => group.split(','))
  .map(pair => pair.trim().split(' ') as [string, string])

const pairs = (words: string, pattern: (word: string) => string, asked = (word: string): string => word) =>
  words.split(' ').map(word => [asked(word), pattern(word)] as const)

/** Texts of one pattern, and for each the word of it that differs, written in another way. */
const languages: Readonly<Record<string, readonly (readonly [query: string, text: string])[]>> = {
  'a Latin word glued to Chinese': pairs(latin, word => `我昨天用${word}做了一个项目`),
  'a Latin word glued to Japanese': pairs(latin, word => `昨日は${word}で作業をしました`),
  'a Korean noun with a particle': pairs(korean, word => `어제 ${word}에서 친구를 만났다`),
  'one Chinese character': pairs(han, word => `我最喜欢的东西是${word}`),
  'ß as ss': pairs(
    'Kirch Markt Berg Wald See Bahn Post Garten Linden Ring',
    word => `Ich wohne in der ${word}straße`,
    word => `${word}strasse`,
  ),
  'Polish letters as plain ones': [
    ['Lodz', 'Mieszkam w Łódź'],
    ['Gdansk', 'Mieszkam w Gdańsk'],
    ['Plock', 'Mieszkam w Płock'],
    ['Torun', 'Mieszkam w Toruń'],
    ['Wroclaw', 'Mieszkam w Wrocław'],
  ],
  'Arabic without its marks': [
    ['كتاب', 'اشتريت كِتَاب أمس'],
    ['قلم', 'اشتريت قَلَم أمس'],
    ['بيت', 'اشتريت بَيْت أمس'],
    ['سيارة', 'اشتريت سَيَّارَة أمس'],
    ['خبز', 'اشتريت خُبْز أمس'],
  ],
  'Hebrew without its points': [
    ['שלום', 'אמרתי שָׁלוֹם אתמול'],
    ['ספר', 'אמרתי סֵפֶר אתמול'],
    ['בית', 'אמרתי בַּיִת אתמול'],
  ],
  'a word cut by a soft hyphen': pairs(
    'garden window bicycle kitchen umbrella telescope candle hammer pillow mirror',
    word => `She bought a ${word.slice(0, 3)}\u00AD${word.slice(3)} at noon`,
  ),
  'a Russian noun in another case': russian.map(
    ([query, written]) => [query, `Вчера я была в ${written}`] as const,
  ),
}

test.each(Object.entries(languages))('%s finds its text first, of all of one pattern', async (_, texts) => {
  const memory = await Memory.open({ store: new MapStore() })
  onTestFinished(() => memory.close())
  const { results } = await memory.addBatch(
    texts.map(([, content]) => content),
    { userId: 'u' },
  )
  const answers = await memory.searchBatch(
    texts.map(([query]) => ({ query, userId: 'u', context: false, topK: 1 })),
  )
  const wrong = texts.filter((__, i) => answers[i]?.results[0]?.id !== results[i]?.id).map(([query]) => query)
  expect(wrong).toEqual([])
})

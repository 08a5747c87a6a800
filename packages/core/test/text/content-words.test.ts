import { describe, expect, test } from 'vitest'

import type { EmbedPurpose } from '../../src/contracts/embedder.ts'
import { contentWords } from '../../src/text/content-words.ts'
import { stemEnglish } from '../../src/text/stem-english.ts'
import { stopWords } from '../../src/text/stop-words.ts'

/** What a text is found by: the stems of its words. */
function termsOf(text: string, as: EmbedPurpose): string[] {
  return contentWords(text, as).map(stemEnglish)
}

test('terms are stems of the words that are no stop words, in order and with repeats', () => {
  expect(termsOf('The children were walking, and walked to the cafés', 'document')).toEqual([
    'child',
    'walk',
    'walk',
    'caf',
  ])
  expect(termsOf('What did she do?', 'query')).toEqual([])
})

test.each('what when who whom whose which where why how did do does'.split(' '))(
  'the question word %s is a stop word',
  word => expect(stopWords.has(word)).toBe(true),
)

/** Of texts that differ in one word, the ones that share most terms with a query. */
function found(query: string, texts: readonly string[]): string[] {
  const terms = new Set(termsOf(query, 'query'))
  const shared = texts.map(text => new Set(termsOf(text, 'document').filter(term => terms.has(term))).size)
  const most = Math.max(1, ...shared)
  return texts.filter((_, i) => shared[i] === most)
}

const filled = (pattern: string, words: readonly string[]): string[] =>
  words.map(word => pattern.replace('_', word))

const latin =
  'Python Docker Redis Kafka Spark Linux Rust Swift React Django Nginx MySQL Excel Photoshop Figma Slack Zoom Unity Git Blender'
const korean =
  '서울 부산 대구 인천 광주 대전 울산 수원 창원 성남 고양 용인 청주 안산 전주 천안 김해 포항 제주 구미'
const characters = '茶 米 酒 魚 肉 蛋 糖 鹽 油 豆 瓜 桃 梨 棗 薑 蔥 蒜 麵 餅 湯'
const german =
  'Straße Grüße Füße Maße Soße Größe Stöße Späße Klöße Flöße Gefäße Schöße Süße Weiße Buße Muße Geiß Spieß Amboß Fleiß'
const polish =
  'Łódź Gdańsk Kraków Poznań Wrocław Białystok Rzeszów Toruń Częstochowa Elbląg Chełm Zamość Łomża Łuków Łowicz Płock Słupsk Żary Żywiec Świdnica'
const arabic = 'كِتَابٌ قَلَمٌ بَيْتٌ بَابٌ شَمْسٌ قَمَرٌ بَحْرٌ نَهْرٌ جَبَلٌ وَلَدٌ بِنْتٌ مَدْرَسَةٌ سَيَّارَةٌ شَجَرَةٌ وَرْدَةٌ خُبْزٌ مَاءٌ حَلِيبٌ سَمَكٌ لَحْمٌ'
const hebrew = 'סֵפֶר שֻׁלְחָן כִּסֵּא בַּיִת דֶּלֶת חַלּוֹן שֶׁמֶשׁ יָרֵחַ יָם נָהָר הַר יֶלֶד יַלְדָּה מוֹרָה כֶּלֶב חָתוּל לֶחֶם מַיִם חָלָב דָּג'

describe('of 20 texts of one pattern, the one word that differs finds its text alone', () => {
  const withoutPoints = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '')
  test.each([
    ['Latin in Chinese', latin, '我昨天用_做了一个新项目', (word: string) => word],
    ['Latin in Japanese', latin, '昨日は_を使って仕事をしました', (word: string) => word.toLowerCase()],
    ['a Korean noun with a particle', korean, '지난주에 _에 다녀왔어요', (word: string) => word],
    ['a Korean noun with another particle', korean, '저는 _에서 살아요', (word: string) => `${word}은`],
    ['one Chinese character', characters, '我每天早上都要買_回家', (word: string) => word],
    ['ß asked as ss', german, 'Gestern ging es um _ und mehr', (word: string) => word.replace('ß', 'ss')],
    [
      'ss asked as ß',
      german.replaceAll('ß', 'ss'),
      'Wir sprachen von _.',
      (word: string) => word.replace('ss', 'ß'),
    ],
    [
      'Polish in plain letters',
      polish,
      'W lipcu jedziemy do _ z rodziną',
      (word: string) => withoutPoints(word).replaceAll('ł', 'l').replaceAll('Ł', 'L'),
    ],
    ['Arabic with vowel marks asked without', arabic, 'رأيت _ في الصباح', withoutPoints],
    [
      'Arabic without vowel marks asked with',
      withoutPoints(arabic),
      'رأيت _ في الصباح',
      (word: string) => arabic.split(' ').find(pointed => withoutPoints(pointed) === word) ?? '',
    ],
    ['Hebrew with points asked without', hebrew, 'אתמול ראיתי _ בעיר', withoutPoints],
    [
      'Hebrew without points asked with',
      withoutPoints(hebrew),
      'אתמול ראיתי _ בעיר',
      (word: string) => hebrew.split(' ').find(pointed => withoutPoints(pointed) === word) ?? '',
    ],
    [
      'a word cut by a soft hyphen',
      latin.replaceAll(/(\w{3})(\w)/g, '$1\u00ad$2'),
      'She wrote about _ in her letter',
      (word: string) => word.replaceAll('\u00ad', ''),
    ],
  ])('%s', (_, words, pattern, ask) => {
    const list = words.split(' ')
    const texts = filled(pattern, list)
    expect(new Set(texts).size).toBe(20)
    expect(list.map(word => found(ask(word), texts))).toEqual(texts.map(text => [text]))
  })
})

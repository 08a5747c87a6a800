import { afterEach, expect, test, vi } from 'vitest'

import { foldText, withoutMarks } from '../../src/text/fold-text.ts'

afterEach(() => vi.restoreAllMocks())

test.each([
  ['Straße, STRASSE, ẞ', 'strasse, strasse, ss'],
  ['Łódź', 'lodz'],
  ['Ærø, Œuvre, Þór, Sigurð, Đà Nẵng', 'aero, oeuvre, thor, sigurd, da nang'],
  ['ISPARTA, Işık, İzmir', 'isparta, isik, izmir'],
  ['ﬁne ｆｕｌｌ ①', 'fine full 1'],
  ['кафе́, Йод', 'кафе, иод'],
  ['شَارِع and شارع', 'شارع and شارع'],
  ['أحمد إلى آب', 'احمد الى اب'],
  ['שָׁלוֹם and שלום', 'שלום and שלום'],
  ['re\u00adport', 'report'],
])('a text is folded to what is compared: %s', (text, folded) => {
  expect(foldText(text)).toBe(folded)
  expect(foldText(text.normalize('NFD'))).toBe(folded)
})

test.each(['हिन्दी', 'বাংলা', 'தமிழ்', 'ไทยที่', 'ガギグ', '한국어'])(
  'what a script cannot do without stays: %s',
  text => {
    expect(foldText(text)).toBe(text)
  },
)

test('without marks a text still has its capitals', () => {
  expect(withoutMarks('Łódź in MÄRZ')).toBe('Łodz in MARZ')
})

/** How many marks stand in a row in any text that was normalized. */
function longestRun(texts: readonly unknown[]): number {
  const runs = texts.flatMap(text => String(text).match(/[\p{M}\uff9e\uff9f]+/gu) ?? [])
  return Math.max(0, ...runs.map(run => run.length))
}

test.each([
  ['accents', 'e\u0301\u0323'.padEnd(100_000, '\u0301\u0323')],
  ['marks that stay', 'e'.padEnd(100_000, '\u1dc0\u1dca')],
  ['marks with soft hyphens between', 'e'.padEnd(100_000, '\u1dc0\u00ad\u1dca\u00ad')],
  ['letters that become marks', 'e'.padEnd(100_000, '\uff9e\u094d')],
  ['marks that become several', 'e'.padEnd(100_000, '\u{1d160}\u{11938}\u{16126}')],
  ['marks of accents and of others', 'e'.padEnd(100_000, '\u0301\u1dca')],
])('what is normalized has short runs of marks, since a run costs its square: %s', (_, text) => {
  const normalize = vi.spyOn(String.prototype, 'normalize')
  foldText(text)
  const normalized = normalize.mock.contexts
  expect(normalized.length).toBeGreaterThan(0)
  expect(longestRun(normalized)).toBeLessThan(250)
})

test('a letter keeps the marks that it needs, beside a run that is cut', () => {
  expect(foldText(`${'हि'.padEnd(1_000, 'ि')} हिन्दी`)).toBe(`ह${'ि'.repeat(30)} हिन्दी`)
})

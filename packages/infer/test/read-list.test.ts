import { expect, test } from 'vitest'
import { readList } from '../src/answers/read-list.ts'

const facts = '{"facts":[{"text":"a [b] {c}, \\"d\\""},{"text":"e"}]}'
const items = [{ text: 'a [b] {c}, "d"' }, { text: 'e' }]

test.each([
  ['alone', facts],
  ['in prose', `Here they are: ${facts}\nI hope that helps :-}`],
  ['in a fence', `\`\`\`json\n${facts}\n\`\`\``],
  ['in braces', `{${facts}}`],
  ['in another object', `{"answer":${facts}}`],
  ['in a JSON string', JSON.stringify(facts)],
  ['with spaces and lines', facts.replace(':[', ' :\n [ ').replace('},{', '} ,\n {')],
  ['without its key', '[{"text":"a [b] {c}, \\"d\\""},{"text":"e"}]'],
  ['behind thoughts', `The form is {"facts": []}, and so {"facts": [{"text":"draft"}]} ... no: ${facts}`],
  ['with a comma too many', facts.replace(']}', ',]}').replace('"}]', '"},]')],
])('a list is read %s', (_, text) => {
  expect(readList(text, 'facts')).toMatchObject({ items, unread: 0 })
})

test('a quote within a text does not end it', () => {
  const said = 'so: {"facts":[{"text":"a 5\\" pipe], and"},{"text":"b"}]}'
  expect(readList(said, 'facts')).toMatchObject({
    items: [{ text: 'a 5" pipe], and' }, { text: 'b' }],
    unread: 0,
  })
})

test.each([
  ['words', '{"facts":[{"text":"a"},"b",7,null,["c"]]}', 4],
  ['broken objects', 'so: {"facts":[{"text":"a"},{text: b},{"text":"c" "d"}]}', 2],
])('items that are %s are counted, and left out', (_, text, unread) => {
  expect(readList(text, 'facts')).toMatchObject({ items: [{ text: 'a' }], unread })
})

test.each([
  ['in an item', '{"facts":[{"text":"a"},{"text":"b'],
  ['behind an item', '{"facts":[{"text":"a"},'],
  ['at its start', 'Well: {"facts": ['],
  ['behind an escape', '{"facts":[{"text":"a\\'],
])('a text that breaks off %s is cut', (_, text) => {
  expect(readList(text, 'facts')).toEqual({ isCut: true })
})

test.each([
  ['prose', 'I found nothing to remember.', /no JSON object with a list "facts"/],
  ['another key', '{"memories":[]}', /no JSON object with a list "facts"/],
  ['an object in the place of the list', '{"facts":{"text":"a"}}', /"facts" is .*where a list is expected/],
  ['the words in a string', '{"note":"{\\"facts\\":[]}"}', /no JSON object/],
  ['more than a MiB', `{"facts":[]}${' '.repeat(2 ** 20)}`, /more than 1048576 characters/],
])('of %s is told why there is no list', (_, text, fault) => {
  expect(readList(text, 'facts')).toEqual({ fault: expect.stringMatching(fault) as string })
})

/** Steps that a text of n characters may take: what is quadratic would take days here. */
test.each([
  ['braces', '{'],
  ['brackets', '['],
  ['lists that do not end', '"facts":['],
  ['strings that do not end', '"facts":["\\"'],
  ['lists that end', '"facts":[]'],
  ['spaces behind keys', '"facts"                                '],
])('a MiB of %s is gone through once', (_, part) => {
  const text = `so: ${part.repeat(Math.floor((2 ** 20 - 10) / part.length))}`
  expect(readList(text, 'facts')).toBeTypeOf('object')
})

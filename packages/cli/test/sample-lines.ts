import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const [people, verbs, things] = [
  ['Ada', 'Grace', 'Alan', 'Barbara', 'Edsger'],
  ['planted', 'painted', 'repaired', 'sold', 'lost', 'described', 'borrowed'],
  [
    'a pear tree',
    'the old kite',
    'her bicycle',
    'a violin',
    'the north gate',
    'an oak table',
    'two lamps',
    'a map',
  ],
]

/** One line of an import file, another one for each number. */
export function sampleLine(n: number): string {
  const [person, verb, thing] = [people, verbs, things].map(words => words?.[n % words.length])
  const memory = {
    content: `${person} ${verb} ${thing} on day ${n}.`,
    userId: `user-${n % 3}`,
    createdAt: new Date(Date.UTC(2025, 0, 1) + n * 60_000).toISOString(),
    metadata: { person, day: n },
  }
  return `${JSON.stringify(memory)}\n`
}

export function sampleLines(count: number): string {
  return Array.from({ length: count }, (_, n) => sampleLine(n)).join('')
}

/** Writes a file of samples into a folder; returns its name. */
export async function sampleFile(folder: string, count: number): Promise<string> {
  await writeFile(join(folder, 'samples.jsonl'), sampleLines(count))
  return 'samples.jsonl'
}

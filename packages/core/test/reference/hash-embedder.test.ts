import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ExactIndex, HashEmbedder, MapStore, Memory, MemoryError } from '@agentmem/core'
import type { EmbedPurpose } from '@agentmem/core'

import { CachedEmbedder } from '../../src/embedding-cache/cached-embedder.ts'
import { guardEmbedder } from '../../src/guards/guard-embedder.ts'

const embedder = new HashEmbedder()

async function embed(text: string, as: EmbedPurpose = 'document'): Promise<Float32Array> {
  const [vector] = await embedder.embed([text], { as })
  if (!vector) throw new Error('no vector came back')
  return vector
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0)
}

/** The score of a document for a query. */
async function score(query: string, document: string): Promise<number> {
  return dot(await embed(query, 'query'), await embed(document))
}

/** Which of the documents a search would name first. */
async function best(query: string, documents: readonly string[]): Promise<string | undefined> {
  const scores = await Promise.all(documents.map(document => score(query, document)))
  return documents[scores.indexOf(Math.max(...scores))]
}

const oddTexts = ['?!', '!?', '   ', '\n', '', 'the', 'the and of', '🙂', '🙃', '東京', '京都', 'Привет', 'a']

describe('the vectors of HashEmbedder', () => {
  it('are those of hash-v2: when this fails, the vectors that users have stored no longer fit. Undo the change, or name the new algorithm in the model identity', async () => {
    expect(embedder.model).toBe('hash-v2-384')
    const texts = [
      'Nadia painted the old boathouse in 2019, then painted it again.',
      'Où est le café ? 東京タワー 🙂',
      '?!',
      'x'.repeat(70),
    ]
    const sum = createHash('sha256')
    for (const as of ['document', 'query'] as const) {
      for (const vector of await embedder.embed(texts, { as })) {
        // Rounded, so that it is the algorithm that is pinned, to more digits than a ranking needs.
        sum.update(Array.from(vector, value => Math.round(value * 1e6)).join())
      }
    }
    expect(sum.digest('hex').slice(0, 16)).toBe('e49ba87e37fdc856')
  })

  it('do not depend on what was embedded before, also when the cache of words has been emptied', async () => {
    const text = 'walking and walked, walking again along the canal'
    const before = await embed(text)
    await embedder.embed(Array.from({ length: 3_000 }, (_, i) => `${i}a ${i}b ${i}c ${i}d ${i}e ${i}f ${i}g`))
    expect(await embed(text)).toEqual(before)
    expect((await new HashEmbedder().embed([text]))[0]).toEqual(before)
  })

  it('have unit length, in any number of dimensions', async () => {
    for (const dimensions of [8, 100, 384, 1_024]) {
      const texts = [...oddTexts, 'A longer text: it has more words than there are dimensions. '.repeat(50)]
      for (const as of ['document', 'query'] as const) {
        const vectors = await new HashEmbedder({ dimensions }).embed(texts, { as })
        expect(vectors).toHaveLength(texts.length)
        for (const vector of vectors) {
          expect(vector).toHaveLength(dimensions)
          expect(dot(vector, vector)).toBeCloseTo(1, 5)
        }
      }
    }
  })

  it('are not zero even where all that a text adds cancels out', async () => {
    // In 8 dimensions this text is such a one: found by trying texts of punctuation until a sum was zero.
    const [vector] = await new HashEmbedder({ dimensions: 8 }).embed(['.?!!..?.!.?'])
    expect(Array.from(vector ?? []).toSorted((a, b) => b - a)).toEqual([1, 0, 0, 0, 0, 0, 0, 0])
  })

  it('differ for texts of stop words, punctuation, white space, emoji and any script', async () => {
    const vectors = await embedder.embed(oddTexts)
    expect(new Set(vectors.map(vector => vector.join())).size).toBe(oddTexts.length)
  })

  it('bring the very same text to the top, however short', async () => {
    const texts = [
      ...oddTexts,
      'The sailor repaired a lantern.',
      'The sailor repaired a lantern in Porto at dawn.',
    ]
    for (const text of texts) expect(await best(text, texts)).toBe(text)
  })
})

describe('a query finds', () => {
  const memories = [
    'Divya adopted a kitten and named it Pepper.',
    'The marathon in Lisbon starts at seven.',
    'Omar is allergic to peanuts and prefers almond butter.',
    'Our database moves to the new cluster in March.',
    'Grace studies marine biology near the harbour.',
  ]

  it('the text that shares its words', async () => {
    expect(await best('Who is allergic to peanuts?', memories)).toBe(memories[2])
    expect(await best('When does the marathon start?', memories)).toBe(memories[1])
    expect(await score('What did Divya name the kitten?', memories[0] ?? '')).toBeGreaterThan(0.3)
    expect(Math.abs(await score('What did Divya name the kitten?', memories[1] ?? ''))).toBeLessThan(0.15)
  })

  it.each([
    ['adopting kittens', 0],
    ['preferred by Omar', 2],
    ['moving databases', 3],
    ['a study of harbours', 4],
    ['MARATHON', 1],
  ])('other forms of a word: %s', async (query, index) => {
    expect(await best(query, memories)).toBe(memories[index])
  })

  it.each([
    ['went to school', 'He goes to school', 'He paints a school'],
    ['cities', 'a city by the sea', 'a village by the sea'],
    ['running', 'she runs at noon', 'she rests at noon'],
    ['hoped', 'hope for rain', 'hop over rain'],
    ['children', 'one child', 'one chill'],
  ])('the inflected form: %s', async (query, inflected, other) => {
    expect(await best(query, [other, inflected])).toBe(inflected)
  })

  it('most misspelt words', async () => {
    const misspelt =
      'kiten 0,adoptted 0,marathonn 1,lisbonn 1,allergc 2,penuts 2,allmond 2,databasse 3,clustre 3,biollogy 4,marien 4,harbuor 4'
    const found = await Promise.all(
      misspelt.split(',').map(async line => {
        const [query = '', index] = line.split(' ')
        return (await best(query, memories)) === memories[Number(index)]
      }),
    )
    expect(found.filter(Boolean).length).toBeGreaterThan(found.length / 2)
  })

  it('words with accents, in full width and in other scripts', async () => {
    expect(await best('cafe creme', ['thé vert', 'Café Crème'])).toBe('Café Crème')
    expect(await best('ｋａｙａｋ', ['a canoe', 'a kayak'])).toBe('a kayak')
    expect(await best('ПРИВЕТ', ['пока, мир', 'привет, мир'])).toBe('привет, мир')
    expect(await best('東京タワー', ['京都の寺に行きました', '昨日は東京タワーに行きました'])).toBe(
      '昨日は東京タワーに行きました',
    )
    const weekends = [
      '週末に友達と料理を作りました',
      '週末に友達と映画を見ました',
      '週末に家族と料理を作りました',
    ]
    expect(await best('映画', weekends)).toBe(weekends[1])
    expect(await best('🥐', ['breakfast was 🥗', 'breakfast was 🥐'])).toBe('breakfast was 🥐')
  })

  it.each([
    ['Python', 'あの人は昨日_を使って仕事をしました', 'Docker', 'Redis', 'Excel', 'Photoshop'],
    ['서울', '저는 지난주에 _에 다녀왔어요', '부산', '대구', '인천', '광주'],
    ['茶', '我每天早上都要買_回家', '米', '酒', '魚', '糖'],
    ['STRASSE', 'Gestern ging es um _ und mehr', 'Grüße', 'Soße', 'Größe', 'Weiße'],
    ['lodz', 'W lipcu jedziemy do _ z rodziną', 'Gdańsk', 'Płock', 'Żary', 'Toruń'],
    ['كتاب', 'رأيت _ في الصباح', 'قَلَمٌ', 'بَيْتٌ', 'شَمْسٌ', 'قَمَرٌ'],
    ['ספר', 'אתמול ראיתי _ בעיר', 'שֻׁלְחָן', 'דֶּלֶת', 'חַלּוֹן', 'שֶׁמֶשׁ'],
    ['report', 'She wrote the _ in May', 'let\u00adter', 'nov\u00adel', 'po\u00adem', 'dia\u00adry'],
  ])('the one word that differs, in any script: %s', async (query, pattern, ...others) => {
    const forms: Record<string, string> = {
      STRASSE: 'Straße',
      lodz: 'Łodzi Łódź',
      كتاب: 'كِتَابٌ',
      ספר: 'סֵפֶר',
      report: 're\u00adport',
    }
    const texts = [...others, forms[query] ?? query].map(word => pattern.replace('_', word))
    expect(await best(query, texts)).toBe(texts.at(-1))
  })

  it('the same, in whatever order the words stand', async () => {
    expect(await score('lantern sailor', 'repaired lantern by sailor')).toBeCloseTo(
      await score('sailor lantern', 'sailor by lantern repaired'),
      5,
    )
  })

  it('a match in a longer text about as well as in a short one', async () => {
    const short = await score('violin', 'A violin.')
    const longer = await score('violin', 'Rosa bought a wooden violin in Vienna before lunch.')
    expect(longer / short).toBeGreaterThan(0.8)
  })
})

describe('a batch', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `memory ${i} is about lighthouse ${i % 97} and ferry`)

  it('lets other work have its turns, and keeps the order of the texts', async () => {
    let turns = 0
    const count = (): void => {
      turns++
      next = setImmediate(count)
    }
    let next = setImmediate(count)
    const vectors = await embedder.embed(many)
    clearImmediate(next)
    expect(turns).toBeGreaterThan(1)
    expect(vectors[19_999]).toEqual(await embed(many[19_999] ?? ''))
  })

  it('stops when its signal is aborted meanwhile, and does not start when it was before', async () => {
    const controller = new AbortController()
    setImmediate(() => controller.abort())
    await expect(embedder.embed(many, { signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
    await expect(embedder.embed([], { signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('of no texts has no vectors', async () => {
    expect(await embedder.embed([])).toEqual([])
  })
})

describe('the model of HashEmbedder', () => {
  it('is said to be lexical, also by a guard and by a cache around it', () => {
    expect(embedder.lexical).toBe(true)
    expect(guardEmbedder(embedder).lexical).toBe(true)
    expect(new CachedEmbedder(guardEmbedder(embedder)).lexical).toBe(true)
  })

  it('is another than hash-v1: a store of that is not opened, and the error says how to move it', async () => {
    const older = Object.assign(new HashEmbedder(), { model: 'hash-v1-384' })
    const store = new MapStore()
    const parts = { store, index: new ExactIndex(384), closeParts: false }
    const before = await Memory.open({ ...parts, embedder: older })
    await before.add('Straße', { userId: 'nadia' })
    await before.close()
    await expect(Memory.open({ ...parts, embedder })).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(/hash-v1-384.*hash-v2-384.*Memory\.reembed\(\{ store, embedder \}\)/),
    })
    await Memory.reembed({ store, embedder })
    await using after = await Memory.open({ ...parts, index: new ExactIndex(384), embedder })
    const { results } = await after.search('strasse', { mode: 'vector', userId: 'nadia' })
    expect(results).toMatchObject([{ memory: 'Straße' }])
  })
})

describe('the options of HashEmbedder', () => {
  it('name the number of dimensions in the model identity', () => {
    expect(new HashEmbedder({ dimensions: 768 })).toMatchObject({ model: 'hash-v2-768', dimensions: 768 })
  })

  it.each([
    [{ dimension: 384 }, 'dimension'],
    [{ dimensions: 0 }, '8'],
    [{ dimensions: 384.5 }, '384.5'],
    [{ dimensions: '384' }, '384'],
    [null, 'options'],
  ])('are refused when wrong: %j', (options, named) => {
    const open = (): HashEmbedder => new HashEmbedder(options as object)
    expect(open).toThrow(MemoryError)
    expect(open).toThrow(named)
  })

  it('has a close that may be called twice', async () => {
    const closing = new HashEmbedder()
    await closing.close()
    await expect(closing.close()).resolves.toBeUndefined()
  })
})

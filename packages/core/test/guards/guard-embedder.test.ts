import { expect, test } from 'vitest'
import { guardEmbedder } from '../../src/guards/guard-embedder.ts'
import { WordEmbedder } from '../kit/word-embedder.ts'

test('a wait ends with its signal, although the embedder heeds none and never answers', async () => {
  const embedder = guardEmbedder(
    Object.assign(new WordEmbedder(), { embed: () => new Promise<never>(() => undefined) }),
  )
  const ending = new AbortController()
  const waiting = embedder.embed(['text'], { signal: ending.signal })
  ending.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
  await embedder.close()
})

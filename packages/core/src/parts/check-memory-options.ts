import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkKeys,
  checkOptions,
  checkText,
  invalid,
} from '../checks/check-values.ts'
import { show } from '../contracts/show-value.ts'
import { largestLogPage } from '../contracts/log.ts'
import type { MemoryCacheOptions, MemoryOptions } from '../memory-api.ts'
import type { TextOptions } from '../text-index/text-options.ts'

/** The options of every opening, beside the parts and who closes them. */
export const memorySettings: readonly string[] = [
  'reranker',
  'extractor',
  'infer',
  'consolidation',
  'text',
  'access',
  'orgId',
  'cache',
  'coalesce',
  'follower',
  'now',
  'onProgress',
  'onBackgroundError',
  'signal',
]

/** Throws `INVALID_ARGUMENT` for options of `Memory.open` that are wrong. */
export function checkMemoryOptions(options: MemoryOptions): void {
  checkKeys(
    options,
    ['store', 'index', 'embedder', 'closeParts', ...memorySettings],
    'The options of Memory.open',
  )
  checkPart(options, 'store')
  if (options.index !== undefined || options.embedder !== undefined) {
    checkPart(options, 'index')
    checkPart(options, 'embedder')
  }
  checkBoolean(options.closeParts, 'closeParts')
  checkMemorySettings(options)
}

/** The same for the options beside the parts. */
export function checkMemorySettings(options: Omit<MemoryOptions, 'store' | 'index' | 'embedder'>): void {
  if (options.reranker !== undefined) checkPart(options, 'reranker')
  if (options.extractor !== undefined) checkPart(options, 'extractor')
  if (options.orgId !== undefined) checkText(options.orgId, 'orgId')
  if (options.now !== undefined && typeof options.now !== 'function') {
    throw invalid(`now must be a function that returns UTC milliseconds, not ${show(options.now)}.`)
  }
  const { signal, onProgress } = options
  checkOptions({ signal, onProgress }, ['onProgress'])
  if (options.onBackgroundError !== undefined && typeof options.onBackgroundError !== 'function') {
    throw invalid(`onBackgroundError must be a function, not ${show(options.onBackgroundError)}.`)
  }
  checkBoolean(options.coalesce, 'coalesce')
  checkBoolean(options.access, 'access')
  const { follower = {}, cache = {} } = options
  checkTexts(options.text)
  checkSizes(follower, ['tailLimit', 'flushSize', 'flushAfterMs', 'leaseMs'], 'follower')
  const { flushSize = 1 } = follower
  checkInteger(flushSize, 'follower.flushSize', 1, largestLogPage)
  if (cache !== false) checkCache(cache)
}

function checkPart(
  options: Partial<MemoryOptions>,
  part: 'store' | 'index' | 'embedder' | 'reranker' | 'extractor',
): void {
  if (typeof options[part] === 'object' && options[part] !== null) return
  const without =
    part === 'store' || part === 'reranker' || part === 'extractor'
      ? ''
      : ', or leave out index and embedder both for a memory that is searched by words alone'
  throw invalid(
    `Memory.open needs a ${part}, not ${show(options[part])}; await the open...() call that makes it${without}.`,
  )
}

function checkTexts(text: TextOptions = {}): void {
  const { locales, subwords, ...sizes } = text
  checkKeys(text, ['maxBytes', 'locales', 'subwords'], 'text')
  if (sizes.maxBytes !== undefined) checkInteger(sizes.maxBytes, 'text.maxBytes', 1, Number.MAX_SAFE_INTEGER)
  checkBoolean(subwords, 'text.subwords')
  if (locales === undefined) return
  if (checkArray(locales, 'text.locales').length === 0)
    throw invalid('text.locales is empty; name one language at least, such as en.')
  for (const locale of locales) checkText(locale, 'text.locales')
}

function checkCache(cache: MemoryCacheOptions): void {
  checkKeys(cache, ['maxEntries', 'maxBytes', 'ttlSeconds', 'shared', 'store'], 'cache')
  const { shared, store, ...sizes } = cache
  checkSizes(sizes, Object.keys(sizes), 'cache')
  checkBoolean(store, 'cache.store')
  if (shared !== undefined && (typeof shared?.read !== 'function' || typeof shared.write !== 'function')) {
    throw invalid(
      `cache.shared must be an EmbeddingCache, not ${show(shared)}; await the open...() call that makes it.`,
    )
  }
}

function checkSizes(options: object, known: readonly string[], name: string): void {
  checkKeys(options, known, name)
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined) checkInteger(value, `${name}.${key}`, 1, 2 ** 31 - 1)
  }
}

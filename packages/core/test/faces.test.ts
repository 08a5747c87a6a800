import { expect, test } from 'vitest'

import * as adapter from '../src/adapter.ts'
import * as face from '../src/index.ts'

test('the face for those who use a memory has these values, and one more is a decision', () => {
  expect(Object.keys(face).toSorted()).toEqual([
    'ExactIndex',
    'HashEmbedder',
    'MapStore',
    'Memory',
    'MemoryError',
    'memoryErrorCodes',
  ])
})

test('the face for those who write a part has these', () => {
  expect(Object.keys(adapter).toSorted()).toEqual([
    'MemoryError',
    'ScopedVectors',
    'TopK',
    'WorkerThread',
    'answerQuestions',
    'callback',
    'compareCodePoints',
    'compareMatches',
    'contentHash',
    'dedupeKey',
    'embedderKey',
    'evaluateWhere',
    'exactlyOne',
    'flag',
    'guardEmbedder',
    'guardIndex',
    'guardReranker',
    'guardStore',
    'hasUnitLength',
    'identifier',
    'identityOf',
    'importLibrary',
    'inScope',
    'inTurn',
    'indexChangesOf',
    'innerProduct',
    'invalid',
    'library',
    'memoryErrorCodes',
    'modelMismatch',
    'notFound',
    'notStaging',
    'number',
    'oneOf',
    'optional',
    'packVector',
    'parseWhere',
    'part',
    'patchedRecord',
    'path',
    'readOptions',
    'replacedRecord',
    'sameScope',
    'scopeKey',
    'scopeOf',
    'secret',
    'show',
    'stagedKey',
    'strings',
    'text',
    'throwIfAborted',
    'unpackVector',
    'whole',
    'withinTime',
  ])
})

test('a class exists once, whichever face it is taken from', () => {
  expect(adapter.MemoryError).toBe(face.MemoryError)
})

import { expect, test } from 'vitest'

import * as adapter from '../src/adapter.ts'
import * as imports from '../src/import.ts'
import * as face from '../src/index.ts'
import * as open from '../src/open.ts'

test('the face for those who use a memory has these values, and one more is a decision', () => {
  expect(Object.keys(face).toSorted()).toEqual([
    'ExactIndex',
    'HashEmbedder',
    'MapStore',
    'Memory',
    'MemoryError',
    'RuleExtractor',
    'memoryErrorCodes',
  ])
})

test('the face for those who write a part has these', () => {
  expect(Object.keys(adapter).toSorted()).toEqual([
    'HeaderDirectory',
    'MemoryError',
    'ScopedSlots',
    'ScopedVectors',
    'ThreadedIndex',
    'TopK',
    'WorkerThread',
    'answerQuestions',
    'attemptFor',
    'callback',
    'checkedChunks',
    'claimFolder',
    'closeFailed',
    'compareCodePoints',
    'compareMatches',
    'contentHash',
    'dedupeKey',
    'embedderKey',
    'estimateTokens',
    'evaluateWhere',
    'eventOf',
    'exactlyOne',
    'factKey',
    'flag',
    'guardEmbedder',
    'guardExtractor',
    'guardIndex',
    'guardModel',
    'guardReranker',
    'guardStore',
    'hasUnitLength',
    'idPrefixLength',
    'identifier',
    'identityOf',
    'importLibrary',
    'inScope',
    'inTurn',
    'indexChangesOf',
    'innerProduct',
    'insightType',
    'invalid',
    'isCurrent',
    'isNotesBlock',
    'joinedText',
    'leftOut',
    'library',
    'memoryErrorCodes',
    'mergedPatches',
    'missingFile',
    'modelMismatch',
    'nativeCall',
    'nearest',
    'notFound',
    'notPending',
    'notStaging',
    'notesBlock',
    'number',
    'oneOf',
    'opening',
    'optional',
    'packScopes',
    'packVector',
    'packVectors',
    'parseJson',
    'parseWhere',
    'part',
    'patchedRecord',
    'path',
    'prefixedIdPattern',
    'readOptions',
    'recallNotes',
    'recordedChange',
    'replacedRecord',
    'requireOwner',
    'revivals',
    'runInSlices',
    'sameScope',
    'scopeKey',
    'scopeOf',
    'scopeOrFunction',
    'secret',
    'serveIndex',
    'serverUrl',
    'show',
    'sourceChange',
    'stagedKey',
    'storedId',
    'storedMessages',
    'strings',
    'survivorPatch',
    'syncDirectory',
    'syncFacts',
    'text',
    'throwIfAborted',
    'turnOptionTable',
    'unpackVector',
    'urlText',
    'urlValues',
    'vectorAt',
    'whole',
    'withNotes',
    'withinTime',
    'writeFacts',
  ])
})

test('the face for those who open a memory from addresses has these', () => {
  expect(Object.keys(open).toSorted()).toEqual([
    'knownBackends',
    'openFromAddresses',
    'openMemory',
    'redactUrls',
    'redacted',
  ])
})

test('the face for those who bring files of other programs has these', () => {
  expect(Object.keys(imports).toSorted()).toEqual(['importFormats', 'readItems'])
})

test('a class exists once, whichever face it is taken from', () => {
  expect(adapter.MemoryError).toBe(face.MemoryError)
})

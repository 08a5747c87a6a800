export { runCase } from './kit/case.ts'
export type { Case, Harness, Setup } from './kit/case.ts'
export { registerCases } from './kit/register-cases.ts'
export { storeCases } from './store/store-cases.ts'
export { killCases } from './processes/kill-cases.ts'
export type { KilledMemory, LeftMemory } from './processes/kill-cases.ts'
export { writeUntilKilled } from './processes/write-until-killed.ts'
export { writeNumberedBatch } from './processes/numbered-batch.ts'
export { processCases } from './processes/process-cases.ts'
export type { StoreOfProcesses } from './processes/process-cases.ts'
export { transactionCases } from './vector-index/transaction-cases.ts'
export type { JoinedParts } from './vector-index/transaction-cases.ts'
export { workOnStore } from './processes/work-on-store.ts'
export { whereEqualityCases } from './store/where-equality-cases.ts'
export { indexCases } from './vector-index/index-cases.ts'
export { embedderCases } from './embedder/embedder-cases.ts'
export { sampleTexts } from './data/sample-texts.ts'
export { hostileStrings } from './data/hostile-strings.ts'
export { indexEntries, queryVectors } from './data/index-entries.ts'
export { Random } from './data/random.ts'
export { clusteredVectors, dot, storeDimensions, unitVector } from './data/vectors.ts'
export {
  contentHash,
  keyOf,
  storedRecord,
  storedRecords,
  uniqueRecord,
  withoutVector,
} from './data/records.ts'

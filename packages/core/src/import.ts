export { importFormats } from './transfer/formats/import-formats.ts'
export { readItems } from './transfer/formats/read-items.ts'
export type { JsonItem } from './transfer/formats/read-items.ts'
export type { ImportedMemory, ImportFormat, ImportItem } from './transfer-api.ts'

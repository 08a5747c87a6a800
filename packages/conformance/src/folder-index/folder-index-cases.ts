import type { Case } from '../kit/case.ts'
import { endCases } from './ends.ts'
import { fileCases } from './files.ts'
import type { FolderIndex } from './folder-index.ts'
import { graphCases } from './graphs.ts'
import { misfitCases } from './misfits.ts'
import { threadCases } from './thread.ts'

/** Cases for an index that works in a thread and keeps files. Beside `indexCases`, and registered like them. */
export const folderIndexCases: readonly Case<FolderIndex>[] = [
  ...threadCases,
  ...graphCases,
  ...fileCases,
  ...misfitCases,
  ...endCases,
]

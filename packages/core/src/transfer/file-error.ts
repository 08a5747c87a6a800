import { MemoryError } from '../contracts/errors.ts'
import { show } from '../contracts/show-value.ts'

const wrongFiles: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENAMETOOLONG',
  'ERR_INVALID_ARG_VALUE',
])

/** The error of a file that a caller named: `INVALID_ARGUMENT` where another name or another right mends it. */
export function fileError(file: string, cause: unknown): MemoryError {
  if (!(cause instanceof Error) || !('code' in cause) || !wrongFiles.has(cause.code)) {
    return MemoryError.from(cause, `The file ${show(file)}`)
  }
  return new MemoryError('INVALID_ARGUMENT', `The file ${show(file)}: ${cause.message}.`, { cause })
}

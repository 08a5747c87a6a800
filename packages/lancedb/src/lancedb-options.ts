import { MemoryError } from '@agentmem/core/adapter'
import { resolve } from 'node:path'

export interface LancedbIndexOptions {
  /** A local folder, made when it is missing. Either this or `uri`. */
  readonly path?: string | undefined
  /** Where LanceDB keeps it instead: `s3://`, `gs://`, `az://`, `file://`, or `memory://` for one that is gone at the end. */
  readonly uri?: string | undefined
  readonly dimensions: number
  /** Access to the object store, passed on as it is: https://docs.lancedb.com/storage/configuration */
  readonly storageOptions?: Readonly<Record<string, string>> | undefined
  /** The table's name in that place: letters, digits, `_`, `-`. Default 'memories'. */
  readonly table?: string | undefined
  /** Scopes of up to so many vectors are scanned exactly; a table no larger has no index. Default 5,000. */
  readonly exactUpTo?: number | undefined
  /** Parts of the index that a search looks into, more in a scope that is a fraction: more find more. Default 24. */
  readonly probes?: number | undefined
  /** Vectors that are compared exactly among those the index deems near, at least: more find more. Default 100. */
  readonly candidates?: number | undefined
  /** How long a version that has been replaced is kept for those who still read it, in milliseconds. Default 30,000. */
  readonly keepVersionsMs?: number | undefined
}

export interface LancedbSettings {
  readonly uri: string
  /** The folder on this machine, where there is one. */
  readonly folder: string | undefined
  readonly storageOptions: Readonly<Record<string, string>> | undefined
  readonly table: string
  readonly dimensions: number
  readonly exactUpTo: number
  readonly probes: number
  readonly candidates: number
  readonly keepVersionsMs: number
}

/** What each numeric option may be, and its default. */
const limits = {
  dimensions: { least: 1, most: 65_536, preset: undefined },
  exactUpTo: { least: 0, most: 10_000_000, preset: 5_000 },
  probes: { least: 1, most: 10_000, preset: 24 },
  candidates: { least: 1, most: 100_000, preset: 100 },
  keepVersionsMs: { least: 0, most: 7 * 24 * 3_600_000, preset: 30_000 },
} as const

const known = ['path', 'uri', 'storageOptions', 'table', ...Object.keys(limits)]

/** Fills in the defaults. Throws `INVALID_ARGUMENT`. */
export function checkLancedbOptions(options: LancedbIndexOptions): LancedbSettings {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw invalid(`has no option '${name}'; there are ${known.join(', ')}`)
  }
  const { table = 'memories', storageOptions } = options
  if (typeof table !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(table)) {
    throw invalid(`has table: ${JSON.stringify(table)}; give up to 64 letters, digits, '_' or '-'`)
  }
  if (storageOptions !== undefined && !isStringRecord(storageOptions)) {
    throw invalid(
      'has storageOptions that are not all strings; give an object such as { region: "eu-west-1" }',
    )
  }
  const number = (name: keyof typeof limits): number => {
    const { least, most, preset } = limits[name]
    const value: unknown = options[name] ?? preset
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    throw invalid(`has ${name}: ${String(value)}; give a whole number from ${least} to ${most}`)
  }
  return {
    ...placeOf(options),
    storageOptions,
    table,
    dimensions: number('dimensions'),
    exactUpTo: number('exactUpTo'),
    probes: number('probes'),
    candidates: number('candidates'),
    keepVersionsMs: number('keepVersionsMs'),
  }
}

function placeOf({ path, uri }: LancedbIndexOptions): Pick<LancedbSettings, 'uri' | 'folder'> {
  if ((path === undefined) === (uri === undefined)) {
    throw invalid("needs one of path, such as 'memories.lance', and uri, such as 's3://bucket/memories'")
  }
  if (path !== undefined) {
    if (typeof path !== 'string' || path.trim() === '' || path.includes('\0') || path.includes('://')) {
      throw invalid(`has path: ${JSON.stringify(path)}; give the name of a folder, or a uri in its place`)
    }
    return { uri: resolve(path), folder: resolve(path) }
  }
  // db:// is LanceDB's own cloud service, another client with other guarantees.
  if (typeof uri !== 'string' || !/^(?!db:)[a-z][a-z0-9+.-]*:\/\//.test(uri)) {
    throw invalid(
      `has uri: ${JSON.stringify(uri)}; give one such as s3://bucket/folder, or a path in its place`,
    )
  }
  return { uri, folder: undefined }
}

function isStringRecord(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(item => typeof item === 'string')
  )
}

function invalid(what: string): MemoryError {
  return new MemoryError('INVALID_ARGUMENT', `openLancedbIndex ${what}.`)
}

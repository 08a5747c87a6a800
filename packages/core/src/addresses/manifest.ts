/** What a memory is made of. */
export type Part = 'store' | 'index' | 'embedder'

export const partNames: readonly string[] = ['store', 'index', 'embedder'] satisfies Part[]

/** What the address behind the scheme becomes among the options that a backend is opened with. */
export type AddressForm = 'url' | 'path' | 'path-or-uri' | 'file-url' | 'model'

export const formNames: readonly string[] = [
  'url',
  'path',
  'path-or-uri',
  'file-url',
  'model',
] satisfies AddressForm[]

/** What a package says of its backend, in the field `agentmem` of its package.json. */
export interface Manifest {
  /** Which part of a memory it is. */
  readonly part: Part
  /** The word before the colon; the package is named after it. */
  readonly scheme: string
  /** The export that opens the backend. An index gets `dimensions` beside the rest. */
  readonly open: string
  /** What its address is. */
  readonly from: AddressForm
  /** The scheme of a store: without an address of its own, the backend is where a store of that scheme is. Default: none. */
  readonly beside?: string | undefined
}

/** A backend of this project, installed or not. */
export interface KnownBackend {
  /** The package that has it. */
  readonly package: string
  /** The export that opens it. */
  readonly open: string
  /** Another scheme for it. Default: none. */
  readonly alias?: string
  /** What its address is. */
  readonly from: AddressForm
  /** See `Manifest.beside`. Default: none. */
  readonly beside?: string
  /**
   * Of an embedder: which identities in a Store are its models, as a regular expression whose first group is the address.
   * Default: `SCHEME:ADDRESS` without a space.
   */
  readonly models?: string
  /** Such as 'the Store on SQLite'. */
  readonly about: string
  /** Imports the package. */
  readonly load: () => Promise<object>
}

/** By part and scheme. */
export type BackendList = Readonly<Record<Part, Readonly<Record<string, KnownBackend>>>>

import type { Json, Metadata } from './record.ts'

/** What plain objects do not have, and functions, lists, maps, promises and dates do. */
interface Plain {
  readonly [Symbol.iterator]?: never
  readonly [Symbol.hasInstance]?: never
  readonly [Symbol.toPrimitive]?: never
  readonly [Symbol.toStringTag]?: never
}

/**
 * Metadata as a caller gives it: a plain object of JSON, also one whose type is an interface. What is no JSON within it is
 * refused when it is given, with its path.
 */
export type MetadataInput = Metadata | (object & Plain)

/** JSON as a type that is written as an interface has it. */
type JsonShape<Value> = Value extends Json | undefined
  ? Value
  : Value extends readonly (infer Entry)[]
    ? readonly JsonShape<Entry>[]
    : Value extends Plain
      ? MetadataShape<Value>
      : never

/** The same type, with `never` in the place of what JSON cannot hold: what the metadata of a memory may be declared as. */
export type MetadataShape<Meta> = { readonly [Key in keyof Meta]: JsonShape<Meta[Key]> }

/** What a caller gives as metadata to a memory that has this type of it: any plain object, where nothing was declared. */
export type MetadataGiven<Meta> = [Metadata] extends [Meta] ? MetadataInput : Meta

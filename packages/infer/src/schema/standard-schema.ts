/**
 * A schema of a library that speaks Standard JSON Schema (https://standardschema.dev/json-schema), such as zod 4.2, arktype, or
 * valibot by `toStandardJsonSchema`: as far as it is used here.
 */
export interface StandardJsonSchema {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly jsonSchema: {
      readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>
    }
    readonly validate?: ((value: unknown) => Validated | Promise<Validated>) | undefined
  }
}

/** What a schema says of a value. */
export interface Validated {
  /** Undefined where nothing is wrong. */
  readonly issues?: readonly unknown[] | undefined
}

export function isStandardJsonSchema(value: unknown): value is StandardJsonSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const { jsonSchema } = Object((value as Record<string, unknown>)['~standard']) as { jsonSchema?: unknown }
  return typeof (Object(jsonSchema) as { input?: unknown }).input === 'function'
}

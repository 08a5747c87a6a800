const aiSchema: unique symbol = Symbol.for('vercel.ai.schema')

/** A Standard Schema with its JSON Schema, as ai 6 and 7 take one, and a schema of the AI SDK's own, which ai 5 takes. */
export interface ToolSchema<Input> {
  readonly [aiSchema]: true
  readonly jsonSchema: Record<string, unknown>
  readonly validate: (
    value: unknown,
  ) => { readonly success: true; readonly value: Input } | { readonly success: false; readonly error: Error }
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly types?: { readonly input: unknown; readonly output: Input } | undefined
    readonly validate: (
      value: unknown,
    ) => { readonly value: Input } | { readonly issues: readonly { readonly message: string }[] }
    readonly jsonSchema: {
      readonly input: () => Record<string, unknown>
      readonly output: () => Record<string, unknown>
    }
  }
}

/** A schema of the properties of a tool's input. Their values are checked by the Memory; other properties are refused. */
export function toolSchema<Input>(
  required: readonly string[],
  properties: Readonly<Record<keyof NoInfer<Input> & string, object>>,
): ToolSchema<Input> {
  const jsonSchema = (): Record<string, unknown> => {
    return { type: 'object', properties, required: [...required], additionalProperties: false }
  }
  const validate = (value: unknown): { value: Input } | { issues: { message: string }[] } => {
    const given = typeof value === 'object' && value !== null ? Object.keys(value) : []
    const unknown = given.filter(name => !Object.hasOwn(properties, name))
    const missing = required.filter(name => !given.includes(name))
    if (unknown.length + missing.length === 0) return { value: value as Input }
    const message = `Give an object with ${Object.keys(properties).join(', ')} and nothing else; ${required.join(', ')} must be there.`
    return { issues: [{ message }] }
  }
  return {
    // Ai 5 and Mastra know their own mark of a schema, and no Standard Schema.
    [aiSchema]: true,
    jsonSchema: jsonSchema(),
    validate: value => {
      const result = validate(value)
      return 'value' in result
        ? { success: true, value: result.value }
        : { success: false, error: new Error(result.issues[0]?.message) }
    },
    '~standard': {
      version: 1,
      vendor: 'agentmem',
      validate,
      jsonSchema: { input: jsonSchema, output: jsonSchema },
    },
  }
}

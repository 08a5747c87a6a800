// The parts of the AI SDK's models that a middleware touches: those of ai 5, 6 and 7 are alike in them.

export interface PromptMessage {
  readonly role: string
  readonly content: unknown
}

export interface CallParams {
  readonly prompt: readonly PromptMessage[]
  readonly maxOutputTokens?: number | undefined
  readonly responseFormat?: unknown
  readonly abortSignal?: AbortSignal | undefined
  readonly providerOptions?: Readonly<Record<string, unknown>> | undefined
}

export interface GenerateResult {
  readonly content: readonly { readonly type: string }[]
  readonly finishReason?: unknown
  readonly usage?: unknown
}

export interface StreamResult {
  readonly stream: ReadableStream<{ readonly type: string }>
}

/** A language model of the AI SDK: an object of a provider, such as `openai('gpt-5')`. */
export interface AiSdkLanguageModel {
  readonly specificationVersion: string
  readonly provider: string
  readonly modelId: string
  readonly supportedUrls?: unknown
  doGenerate(params: CallParams): PromiseLike<GenerateResult>
  doStream(params: CallParams): PromiseLike<StreamResult>
}

interface TextPart {
  readonly type: string
  readonly text: string
}

/** The texts of a message or an answer, one below the other; what is no text is left out. */
export function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content]
  const isText = (part: unknown): part is TextPart => (part as Partial<TextPart> | null)?.type === 'text'
  return Array.isArray(content) ? content.filter(isText).map(({ text }) => text) : []
}

// What Mastra's `Processor` has that a memory needs, by structure: @mastra/core is no dependency of this package.

/** A message as Mastra keeps it; what is no text is left out here. */
export interface AgentMessage {
  readonly role: string
  readonly content: { readonly parts?: readonly { readonly type: string }[] | undefined }
  readonly resourceId?: string | undefined
  readonly threadId?: string | undefined
}

/** What Mastra hands to every call of a processor. */
export interface ProcessorCall {
  /** Of one request: the same object for all calls of it. */
  readonly state: Record<string, unknown>
  /** What the host has put into the request, such as the user it has authenticated. */
  readonly requestContext?: { get(key: string): unknown } | undefined
  readonly abortSignal?: AbortSignal | undefined
}

/** A message of a prompt, as it goes to the model. */
export interface PromptMessage {
  readonly role: string
  readonly content: unknown
}

/** One object for `inputProcessors` and `outputProcessors` of an agent. */
export interface MemoryProcessor {
  readonly id: string
  processInput<List>(
    call: ProcessorCall & { readonly messages: readonly AgentMessage[]; readonly messageList: List },
  ): Promise<List>
  processLLMRequest<Message extends PromptMessage>(
    call: ProcessorCall & { readonly prompt: Message[] },
  ): Promise<{ prompt: Message[] }>
  processOutputResult<List extends MessagesOfInput>(
    call: ProcessorCall & { readonly messages: readonly AgentMessage[]; readonly messageList: List },
  ): Promise<List>
}

/** The list of a request's messages: those that came in with it. */
export interface MessagesOfInput {
  readonly get: { readonly input: { db(): readonly AgentMessage[] } }
}

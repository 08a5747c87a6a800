/** What a model is asked, as the other side of the wire sees it. */
export interface ScriptedRequest {
  readonly system: string
  readonly user: string
  readonly schema: unknown
  readonly maxOutputTokens: number
}

/** What it is to answer. */
export interface ScriptedAnswer {
  /** Default: '{}'. An object is sent as JSON. */
  readonly says?: string | object | undefined
  /** Default 'stop'. */
  readonly finish?: 'stop' | 'length' | 'refused' | undefined
  readonly usage?: { readonly input: number; readonly output: number } | undefined
  /** A status in the place of an answer, such as 429. */
  readonly fails?: number | undefined
  /** How long it takes, in milliseconds, default 0. */
  readonly takes?: number | undefined
}

/** The text of an answer. */
export function saidIn({ says = '{}' }: ScriptedAnswer): string {
  return typeof says === 'string' ? says : JSON.stringify(says)
}

/** What the model that answers is shown. */
export const modes = {
  none: 'no memory: the question alone',
  full: 'full context: the whole conversation',
  bm25: 'the turns that BM25 finds: a plain retrieval that shares no code with agentmem',
  text: 'the turns that agentmem finds by words',
  vector: 'the turns that agentmem finds by vectors',
  hybrid: 'the turns that agentmem finds by both',
  facts: 'what agentmem finds among the turns and the facts that a model made of them',
} as const

export type AnswerMode = keyof typeof modes

export const modeNames: readonly AnswerMode[] = Object.keys(modes) as AnswerMode[]

/** What a memory is compared with. */
export const baselines: readonly AnswerMode[] = ['none', 'full', 'bm25']

/** The memory that a mode searches; undefined where it has none. */
export function memoryOf(mode: AnswerMode): 'messages' | 'facts' | undefined {
  if (mode === 'facts') return 'facts'
  return mode === 'text' || mode === 'vector' || mode === 'hybrid' ? 'messages' : undefined
}

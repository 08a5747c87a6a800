import { diffWordsWithSpace } from 'diff'

/** A stretch of text that was left, taken out or put in. */
export interface Stretch {
  readonly text: string
  readonly change: 'same' | 'removed' | 'added'
}

/** How long the words of two texts may be compared, in milliseconds: a page must not stand still for it. */
const mostTime = 300

/** What became of a text: word by word, or as a whole where the texts are too long for that. */
export function textDiff(before: string, after: string): readonly Stretch[] {
  const parts = diffWordsWithSpace(before, after, { timeout: mostTime })
  const whole = [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ]
  return (parts ?? whole)
    .map(({ value, removed, added }): Stretch => {
      return { text: value, change: removed ? 'removed' : added ? 'added' : 'same' }
    })
    .filter(({ text }) => text !== '')
}

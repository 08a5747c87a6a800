import { view } from './session.ts'
import { close, openId } from './detail.ts'

/** The keys that mean something wherever the focus is: `/` searches, Escape closes what is open. */
export function keyPressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (document.querySelector('dialog[open]')) return
  const typing = event.target instanceof Element && event.target.matches('input, textarea, select')
  if (event.key === '/' && !typing) {
    event.preventDefault()
    view.value = 'memories'
    focusOn('query')
  }
  if (event.key === 'Escape' && openId.peek() !== undefined) {
    event.preventDefault()
    close()
    focusList()
  }
}

/** Puts the focus where the arrow keys move. The page stays: the list is longer than a phone, and would hide its first row. */
export function focusList(): void {
  focusOn('memories', { preventScroll: true })
}

/** Puts the focus on an element, also one that is only just being drawn. */
function focusOn(id: string, options?: FocusOptions): void {
  const element = document.getElementById(id)
  // Nothing that is not shown takes the focus.
  if (element?.checkVisibility()) element.focus(options)
  else requestAnimationFrame(() => document.getElementById(id)?.focus(options))
}

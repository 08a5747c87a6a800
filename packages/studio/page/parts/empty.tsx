import type { ComponentChildren, VNode } from 'preact'

/** What stands where there is nothing: what that means, and what to do. */
export function Empty({
  title,
  text,
  children,
}: {
  readonly title: string
  readonly text?: string
  readonly children?: ComponentChildren
}): VNode {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {text !== undefined && <p>{text}</p>}
      {children}
    </div>
  )
}

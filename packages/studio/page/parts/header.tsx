import type { VNode } from 'preact'
import { loadHealth, pending, stats } from '../state/health.ts'
import { about, view } from '../state/session.ts'
import { troublesOf } from './troubles.ts'

/** Where one is, and the two views. */
export function Header(): VNode {
  const { label = '', bound, readOnly = false } = about.value ?? {}
  const parked = pending.parked.value?.results.length ?? 0
  const troubles = stats.value ? troublesOf(stats.value, parked).length : 0
  return (
    <header class="header">
      <h1>
        agentmem <span>studio</span>
      </h1>
      <p class="where-it-is" title={label}>
        <span class="label">{label}</span>
        {bound && bound.orgId !== 'default' && <span class="tag">org {bound.orgId}</span>}
        {readOnly && <span class="tag">read-only</span>}
      </p>
      <nav aria-label="Views">
        <ViewButton name="memories" text="Memories" />
        <ViewButton name="health" text="Health" troubles={troubles} />
      </nav>
    </header>
  )
}

function ViewButton({
  name,
  text,
  troubles = 0,
}: {
  readonly name: 'memories' | 'health'
  readonly text: string
  readonly troubles?: number
}): VNode {
  return (
    <button
      type="button"
      class="view"
      aria-current={view.value === name ? 'page' : undefined}
      onClick={() => {
        view.value = name
        if (name === 'health') void loadHealth()
      }}
    >
      {text}
      {troubles > 0 && <span class="count bad">{troubles} to look at</span>}
    </button>
  )
}

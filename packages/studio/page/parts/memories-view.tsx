import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { openId } from '../state/detail.ts'
import { MemoryDetail } from './memory-detail.tsx'
import { MemoryList } from './memory-list.tsx'
import { ScopeList } from './scope-list.tsx'
import { SearchBar } from './search-bar.tsx'

/** Whose memories there are, which they are, and one of them. */
export function MemoriesView(): VNode {
  const [scopesOpen, setScopesOpen] = useState(false)
  const isOpen = openId.value !== undefined
  return (
    <div class={`memories-view${isOpen ? ' has-detail' : ''}${scopesOpen ? ' has-scopes' : ''}`}>
      <aside class="side" aria-label="Users, agents and runs">
        <button
          type="button"
          class="side-toggle"
          aria-expanded={scopesOpen}
          aria-controls="scopes"
          onClick={() => setScopesOpen(!scopesOpen)}
        >
          Users, agents, runs
        </button>
        <div id="scopes" class="side-body">
          <ScopeList onChosen={() => setScopesOpen(false)} />
        </div>
      </aside>
      <main class="main">
        <section class="middle" aria-label="Memories">
          <SearchBar />
          <MemoryList />
        </section>
        {isOpen && <MemoryDetail />}
      </main>
    </div>
  )
}

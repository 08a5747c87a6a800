import { effect } from '@preact/signals'
import { render } from 'preact'
import { App } from './app.tsx'
import { loadList } from './state/list.ts'
import { mode, query, reading, scope, scopesBy } from './state/chosen.ts'
import { loadScopes } from './state/scopes.ts'
import { begin } from './state/session.ts'
import { loadHealth } from './state/health.ts'

const root = document.getElementById('app')
if (root) render(<App />, root)
if (await begin()) {
  void loadHealth()
  // What is chosen is what is shown.
  effect(() => {
    void [scopesBy.value, scope.value]
    void loadScopes()
  })
  effect(() => {
    void [reading.value, query.value, mode.value]
    void loadList()
  })
}

// @ts-check
// One command from a clean clone: installs and builds what is missing, then does one job.
// Runs on Node 20, with npm alone; the job itself runs on Node >= 22.14.
//
//   node setup.mjs start | test | matrix | kills | build | lint | format | new | lists | pack | installs | site | bench | recall |
//   answers | compare | peers | measure | report
//   and the arguments of the job

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import { whyNotCompiled } from './docs/publish/why-not-compiled.mjs'

process.chdir(import.meta.dirname)

const state = 'node_modules/.agentmem'
const stampFile = `${state}/installed`
const reportFile = `${state}/tests.json`

const jobs = {
  start: async () => (await install()) && (await build()) && scriptRun('benchmarks/start.ts', rest),
  bench: async () => (await install()) && (await build()) && scriptRun('benchmarks/bench.ts', rest),
  recall: async () => (await install()) && (await build()) && scriptRun('benchmarks/recall.ts', rest),
  answers: async () => (await install()) && (await build()) && scriptRun('benchmarks/answers.ts', rest),
  compare: async () => (await install()) && (await build()) && scriptRun('benchmarks/compare.ts', rest),
  peers: async () => (await install()) && (await build()) && scriptRun('benchmarks/peers.ts', rest),
  measure: async () => (await install()) && (await build()) && scriptRun('benchmarks/measure.ts', rest),
  report: async () => (await install()) && (await build()) && scriptRun('benchmarks/render-report.ts', rest),
  test,
  torture: async () => (await install()) && (await build()) && scriptRun('benchmarks/torture.ts', rest),
  kills: async () => (await install()) && (await build()) && testKills(),
  matrix: async () => (await install()) && (await build()) && scriptRun('testcontainers/matrix.ts', rest),
  build: async () => (await install()) && build(),
  lint: async () => (await install()) && (await build()) && toolRun('oxlint', ['--deny-warnings', ...rest]),
  format: async () => (await install()) && toolRun('oxfmt', rest),
  pack: async () => (await install()) && (await build()) && scriptRun('docs/publish/pack.ts', rest),
  installs: async () => (await install()) && (await build()) && scriptRun('docs/publish/installs.ts', rest),
  site: async () => (await install()) && (await build()) && scriptRun('docs/site/build-site.ts', rest),
  new: async () => (await haveNode()) && scriptRun('docs/scaffold/new-package.ts', rest),
  lists: async () => (await haveNode()) && scriptRun('docs/lists/write-lists.ts', rest),
}

/** Everything is tried, and what fails is counted, so that one run shows everything to fix. */
async function test() {
  if (!(await install())) return summary({ passed: 0, failed: 1, skipped: 0 })
  const checks = {
    build: await build(),
    format: await toolStep('format', 'oxfmt', ['--check']),
    lint: await toolStep('lint', 'oxlint', ['--deny-warnings']),
    types: await toolStep('types', 'typescript', ['-p', 'tsconfig.test.json']),
  }
  rmSync(reportFile, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  // Longer than vitest's 5 seconds: a busy machine is no failure. Many tests wait for servers and children, so one file more
  // than there are processors runs at a time.
  const workers = availableParallelism() + 1
  const settings = ['--testTimeout=60000', '--hookTimeout=120000', `--maxWorkers=${workers}`]
  const passed = await toolRun('vitest', ['run', ...settings, ...reporters, ...rest])
  const tests = tally(passed)
  const failed = Object.entries(checks).flatMap(([name, ok]) => (ok ? [] : [name]))
  // Their output is thousands of lines further up.
  if (failed.length > 0) console.log(`Failed before the tests: ${failed.join(', ')}`)
  return summary({ ...tests, failed: tests.failed + failed.length })
}

/** The tests that kill processes, as often as it takes to meet each moment. */
function testKills() {
  process.env['AGENTMEM_KILLS'] = '20'
  return toolRun('vitest', [
    'run',
    '--testTimeout=1800000',
    'crash.test',
    'folder-index.test',
    'processes.test',
    'torture-kills.test',
    ...rest,
  ])
}

/**
 * Adds up the report of the tests. A file that failed outside its tests counts as one failure, and so does
 * a failed run with no failure in its report.
 * @param {boolean} passed
 */
function tally(passed) {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: 0 }
  const report = readJson(reportFile)
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report.testResults
  const brokenFiles = files.filter(
    file => file.status === 'failed' && !file.assertionResults.some(one => one.status === 'failed'),
  )
  const failed = report.numFailedTests + brokenFiles.length
  return {
    passed: report.numPassedTests,
    failed: passed ? failed : Math.max(failed, 1),
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
function summary({ passed, failed, skipped }) {
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  return failed === 0
}

/** Installs the packages, unless that was done for this very lockfile. The stamp is written last. */
async function install() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(file))
  const wanted = hash.digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return true

  const pnpm = readJson('package.json').packageManager
  const { ok, output } = await step('install', 'npx', ['--yes', pnpm, 'install', '--frozen-lockfile'])
  if (!ok) return false
  if (!existsSync('packages/hnsw/node_modules/hnswlib-node/build/Release/addon.node')) {
    console.log(
      `hnswlib-node could not be compiled, and the tests of @agentmem/hnsw will be skipped. ${whyNotCompiled(output)}`,
    )
    console.log(`Then run:  npx ${pnpm} rebuild hnswlib-node`)
  }
  mkdirSync(state, { recursive: true })
  writeFileSync(stampFile, wanted)
  return true
}

/** Enough for scripts that use no package: the lockfile may lack what they have just added. */
async function haveNode() {
  return existsSync(runtime.path) || (await install())
}

/** Incremental: takes a moment when nothing has changed. The page of the studio is bundled beside what was compiled. */
async function build() {
  return (
    (await toolStep('build', 'typescript', ['-b', '.', 'packages/studio/page'])) &&
    (await step('page', runtime.path, ['packages/studio/build-page.mjs'])).ok
  )
}

/**
 * Runs a tool and prints one line; what it said is printed only when it failed.
 * @param {string} name @param {string} tool @param {string[]} args
 */
async function toolStep(name, tool, args) {
  const { ok } = await step(name, runtime.path, [bin(tool), ...args])
  return ok
}

/** @param {string} name @param {string} command @param {string[]} args */
async function step(name, command, args) {
  const start = performance.now()
  process.stdout.write(name.padEnd(10))
  const result = await run(command, args, 'pipe')
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${result.ok ? 'ok    ' : 'FAILED'}  ${seconds} s`)
  if (!result.ok) console.log(result.output.trimEnd())
  return result
}

/**
 * Runs a tool on this terminal.
 * @param {string} tool @param {string[]} args
 */
async function toolRun(tool, args) {
  return (await run(runtime.path, [bin(tool), ...args], 'inherit')).ok
}

/**
 * Runs a TypeScript file on this terminal, types stripped by Node itself.
 * @param {string} file @param {string[]} args
 */
async function scriptRun(file, args) {
  const { path, strips } = runtime
  const flags = strips ? [] : ['--experimental-strip-types', '--disable-warning=ExperimentalWarning']
  return (await run(path, [...flags, file, ...args], 'inherit')).ok
}

/**
 * The Node for the jobs: the machine's own when it is new enough, otherwise the one from the npm package
 * `node`. npm puts node_modules/.bin, and so that package, first on the PATH: ask it which one it runs on.
 * @returns {Promise<{ path: string, strips: boolean }>}
 */
async function findNode() {
  const own = process.env['npm_node_execpath'] ?? process.execPath
  const facts = await run(own, ['-p', '`${process.versions.node} ${process.features.typescript}`'], 'pipe')
  const [version = '', typescript] = facts.output.trim().split(' ')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 14)) return { path: own, strips: typescript === 'strip' }
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  return { path: join(import.meta.dirname, 'node_modules/node/bin', file), strips: true }
}

/**
 * The script that a package installs as its command.
 * @param {string} name
 */
function bin(name) {
  const { bin: bins } = readJson(`node_modules/${name}/package.json`)
  return join('node_modules', name, typeof bins === 'string' ? bins : String(Object.values(bins)[0]))
}

/** @param {string} file @returns {any} */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/**
 * Runs a command. Ctrl-C reaches it from the terminal: wait for its end, then stop as well.
 * @param {string} command @param {string[]} args @param {'pipe' | 'inherit'} output
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function run(command, args, output) {
  // What the job starts in its turn finds the same Node. CI keeps an installer from asking questions.
  const path = isAbsolute(command)
    ? [dirname(command), process.env['PATH']].join(delimiter)
    : process.env['PATH']
  const env = { ...process.env, PATH: path, ...(command === 'npx' ? { CI: 'true' } : {}) }
  return new Promise(done => {
    const shell = process.platform === 'win32' && command === 'npx'
    const child = spawn(command, args, { env, shell, stdio: ['inherit', output, output] })
    let stopped = false
    const onInterrupt = () => (stopped = true)
    const onTerminate = () => (stopped = child.kill('SIGTERM'))
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
    let text = ''
    child.stdout?.on('data', chunk => (text += chunk))
    child.stderr?.on('data', chunk => (text += chunk))
    child.on('error', error => (text += error.message))
    child.on('close', code => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
      if (stopped) process.exit(code ?? 130)
      done({ ok: code === 0, output: text })
    })
  })
}

const runtime = await findNode()
const [job = '', ...rest] = process.argv.slice(2)
if (Object.hasOwn(jobs, job)) {
  process.exitCode = (await jobs[/** @type {keyof typeof jobs} */ (job)]()) ? 0 : 1
} else {
  console.error(`node setup.mjs: give one of ${Object.keys(jobs).join(', ')}, not '${job}'`)
  process.exitCode = 2
}

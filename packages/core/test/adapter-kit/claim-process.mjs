// Claims the folder that is its argument, prints what comes of it, and holds it until it is killed or its input ends.
const [, , folder, copies = '1'] = process.argv
for (let copy = 1; copy <= Number(copies); copy++) {
  // Code that is loaded again has modules of its own.
  const { claimFolder } = await import(`../../dist/adapter-kit/claim-folder.js?copy=${copy}`)
  try {
    await claimFolder(folder, 'The test folder')
    console.log('claimed')
  } catch ({ code, message, retryable }) {
    console.log(JSON.stringify({ code, message, retryable }))
  }
}
process.stdin.resume()

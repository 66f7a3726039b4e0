// Google's Auth emulator without the command around it, which calls home and takes ports of its own.
// Says its port once it listens, and ends with whoever started it.
const { createApp } = require("firebase-tools/lib/emulator/auth/server.js");

createApp(process.argv[2]).then((app) => {
  const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
});
process.stdin.on("end", () => process.exit()).resume();

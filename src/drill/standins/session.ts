/** A client that says one line to a server, keeps the connection, and works meanwhile. */

/** Milliseconds of work between two looks at the socket. */
const slice = 40;

function workFor(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  let value = 1.5;
  while (performance.now() < end) {
    for (let step = 0; step < 10_000; step += 1) value = (value / 1.000_000_1) * 1.000_000_1;
  }
}

/** Connects, greets, waits for the first answer, then works for good. */
export async function session(
  address: string,
  port: number,
  greeting: string,
): Promise<() => Promise<never>> {
  // Kept, as a client keeps its last messages: a responder reads them in the memory of the process.
  const heard: string[] = [];
  const answered = Promise.withResolvers<void>();
  await Bun.connect({
    hostname: address,
    port,
    socket: {
      open: (socket) => {
        socket.write(`${greeting}\n`);
      },
      data: (_socket, bytes) => {
        heard.push(bytes.toString());
        if (heard.length > 100) heard.shift();
        answered.resolve();
      },
      error: (_socket, error) => answered.reject(error),
      close: () => process.exit(1),
    },
  });
  await answered.promise;
  return async () => {
    for (;;) {
      workFor(slice);
      await Bun.sleep(0);
    }
  };
}

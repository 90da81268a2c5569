/** A socket on which somebody answers as he likes, byte by byte. Test code. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RawSocket {
  readonly path: string;
  close(): Promise<void>;
}

/** @param reply is called when a question is whole, which has no body */
export async function rawSocket(reply: (socket: Socket, asked: string) => void): Promise<RawSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'demine-answer-'));
  const path = join(folder, 'sock');
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    let said = '';
    socket.on('data', (bytes: Buffer) => {
      said += bytes.toString('latin1');
      if (said.includes('\r\n\r\n')) reply(socket, said);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes for as long as somebody reads. */
export function forEver(socket: Socket, piece: string | Uint8Array): void {
  const go = (): void => {
    while (!socket.destroyed && socket.write(piece));
    socket.once('drain', go);
  };
  go();
}

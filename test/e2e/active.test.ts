/** `--active` as a user starts it: who stops working for a decoy, and who answers as a miner. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { alarms, type LabHost, openLabHost, type Running, type Scanned, scan } from '../lab/harness.ts';

let host: LabHost;
beforeAll(async () => {
  host = await openLabHost();
});
afterAll(async () => {
  await host.stop();
});

/** Works but where `rests()` is true, which is asked three times a second; before all others, who would make pauses. */
const worker = (rests: string): readonly string[] => [
  ...['nice', '-n', '-15', 'python3', '-c'],
  `import glob, time
def top_runs():
    for path in glob.glob('/proc/[0-9]*/comm'):
        try:
            if open(path).read().strip() == 'top': return True
        except OSError: pass
    return False
def rests(): return ${rests}
print('ready', flush=True)
x = 1
while True:
    if rests(): time.sleep(0.3); continue
    end = time.time() + 0.3
    while time.time() < end: x = x * 3 % 7`,
];
const ready = { readyLine: 'ready' } as const;

async function scannedWith(command: readonly string[], args: readonly string[]): Promise<[Running, Scanned]> {
  const running = await host.start(command, ready);
  try {
    return [running, await scan(host, args)];
  } finally {
    await running.stop();
  }
}

const paused = ({ result }: Scanned) =>
  result.findings
    .filter(({ rule }) => rule === 'cpu.pauses-when-watched')
    .map(({ pid, severity, evidence }) => [
      pid,
      severity,
      /watcher (\S+):/.exec(evidence[0]?.text ?? '')?.[1],
    ]);

describe('with --active', () => {
  const args = ['--active', '--interval', '1', '--no-persistence'] as const;

  test('a program that stops for the decoy is suspicious, and what was done is told', async () => {
    const [shy, scanned] = await scannedWith(worker('top_runs()'), args);
    expect(paused(scanned)).toEqual([[shy.pid, 'high', 'decoy:top']]);
    expect(scanned.result).toMatchObject({ verdict: 'suspicious', options: { active: true } });
    expect(scanned.result.actions.join()).toContain('"top"');
    expect(scanned.stderr).toContain('decoy');
  });

  test('one that works on is clean', async () => {
    const [, scanned] = await scannedWith(worker('False'), args);
    expect(paused(scanned)).toEqual([]);
    expect(alarms(scanned.result)).toEqual([]);
  });

  test('a suspect that answers as a miner on its own loopback is mining', async () => {
    const answer = {
      ...{ id: 'a', worker_id: 'w', uptime: 5, kind: 'miner', ua: 'XMRig/6.21.0', algo: 'rx/0' },
      ...{ hashrate: { total: [100, 100, 100], highest: 101 }, connection: { pool: '192.0.2.7:3333' } },
      ...{ hugepages: [0, 0], donate_level: 1 },
    };
    const program = `import http.server, threading
body = ${JSON.stringify(JSON.stringify(answer))}.encode()
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *args): pass
server = http.server.HTTPServer(('127.0.0.1', 18088), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
print('ready', flush=True)
x = 1
while True: x = x * 3 % 7`;
    const [miner, { result }] = await scannedWith(['python3', '-c', program], args);
    const told = result.findings.filter(({ rule }) => rule === 'content.miner-api');
    expect(told.map(({ pid }) => pid)).toEqual([miner.pid]);
    expect(result.actions.join()).toContain('http://127.0.0.1:18088/');
    // The same without --active is asked nothing.
    const [, quiet] = await scannedWith(['python3', '-c', program], args.slice(1));
    expect(quiet.result.findings.map(({ rule }) => rule)).not.toContain('content.miner-api');
    expect(quiet.result.actions).toEqual([]);
  });
});

import { describe, expect, test } from 'bun:test';
import { noise } from './compress.fixture.ts';
import { Output } from './output.ts';
import { Window } from './window.ts';

describe('a window', () => {
  const limit = 64 << 10;

  test('gives all that is written once, in order, and does not grow with it', () => {
    const given: Uint8Array[] = [];
    const window = new Window(new Output((bytes) => given.push(bytes.slice()), {}), limit);
    window.begin(32 << 10);
    const content = noise(2_000_000);
    for (let at = 0; at < content.length; at += 9973) {
      window.append(content.subarray(at, at + 9973));
      expect(window.bytes.length).toBeLessThanOrEqual(limit + (160 << 10));
      expect(window.total).toBe(Math.min(content.length, at + 9973));
      const last = window.bytes.subarray(Math.max(0, window.at - window.size), window.at);
      expect(Buffer.compare(last, content.subarray(window.total - last.length, window.total))).toBe(0);
    }
    window.flush();
    expect(Buffer.compare(Buffer.concat(given), content)).toBe(0);
  });

  test('costs little as long as little is written, and is kept for the next stream', () => {
    const window = new Window(new Output(() => undefined, {}), 1 << 27);
    window.begin(2 ** 31);
    window.append(noise(100));
    expect(window.bytes.length).toBeLessThanOrEqual(4096);
    window.append(new Uint8Array(300_000));
    const { bytes } = window;
    window.begin(1 << 20);
    expect(window.total).toBe(0);
    window.append(noise(200_000));
    expect(window.bytes).toBe(bytes);
  });

  test('leaves a large buffer to the next one, which gives what is its own', () => {
    const first = new Window(new Output(() => undefined, {}), 1 << 23);
    first.begin(1 << 23);
    first.append(noise(2 << 20));
    const { bytes } = first;
    expect(bytes.length).toBeGreaterThan(1 << 23);
    first.release();
    const given: Uint8Array[] = [];
    const second = new Window(new Output((piece) => given.push(piece.slice()), {}), 1 << 23);
    second.begin(1 << 22);
    const content = noise(3 << 20);
    second.append(content);
    expect(second.bytes).toBe(bytes);
    second.flush();
    expect(Buffer.compare(Buffer.concat(given), content)).toBe(0);
    const third = new Window(new Output(() => undefined, {}), 1 << 23);
    third.begin(1 << 22);
    third.append(noise(2 << 20));
    expect(third.bytes).not.toBe(bytes);
  });

  test('tells a repetition that nothing can be from one that it does not keep', () => {
    const window = new Window(new Output(() => undefined, {}), 1000);
    window.begin(2000);
    expect(() => window.beyond(1500)).toThrow('window');
    expect(() => window.beyond(2001)).toThrow('data');
    expect(() => window.beyond(900)).toThrow('data');
  });
});

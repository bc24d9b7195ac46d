import { DefaultReporter, type TestModule, type TestSpecification } from 'vitest/node';

/** After this long without a line the reporter says what is still running. */
const quietMs = 20_000;

function clockTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/**
 * Prints one line for each finished test file: how many of how many, the time since the start, and
 * how long the file took. When nothing finishes for a while, it says which files are running.
 */
export default class ProgressReporter extends DefaultReporter {
  private files = 0;
  private finished = 0;
  private startedMs = 0;
  private readonly running = new Map<string, number>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private lastLineMs = 0;

  constructor() {
    super({ summary: false });
  }

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    super.onTestRunStart([...specifications]);
    this.files = specifications.length;
    this.finished = 0;
    this.startedMs = this.lastLineMs = Date.now();
    this.timer = setInterval(() => this.onQuiet(), 1000);
    this.timer.unref();
  }

  onTestModuleStart(module: TestModule): void {
    this.running.set(module.relativeModuleId, Date.now());
  }

  override onTestModuleEnd(module: TestModule): void {
    const name = module.relativeModuleId;
    const tookMs = Date.now() - (this.running.get(name) ?? Date.now());
    this.running.delete(name);
    this.finished++;
    const tests = Array.from(module.children.allTests());
    const failed = tests.filter((test) => test.result().state === 'failed');
    const mark = module.state() === 'failed' ? '✗' : '✓';
    const counted = `${tests.length} test${tests.length === 1 ? '' : 's'}`;
    this.line(`${mark} ${name} (${counted}, ${clockTime(tookMs)})`);
    for (const test of failed) this.log(`      ✗ ${test.fullName}`);
  }

  override onTestRunEnd(...[modules, errors, reason]: Parameters<DefaultReporter['onTestRunEnd']>) {
    clearInterval(this.timer);
    super.onTestRunEnd(modules, errors, reason);
  }

  private line(text: string): void {
    this.lastLineMs = Date.now();
    const count = `${this.finished}`.padStart(`${this.files}`.length);
    this.log(`[${count} of ${this.files}, ${clockTime(Date.now() - this.startedMs)}] ${text}`);
  }

  private onQuiet(): void {
    if (Date.now() - this.lastLineMs < quietMs || this.running.size === 0) return;
    this.line(`… still running: ${Array.from(this.running.keys()).join(', ')}`);
  }
}

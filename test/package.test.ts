import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesInIpk } from '../tools/package/ipk.ts';
import { checkMetadata } from '../tools/package/metadata.ts';
import { makePackages, type Packages } from '../tools/package/package.ts';
import { unzip } from './unzip';

const secret = 'do-not-pack-9f3a';

/** What a streaming company's settings look like. */
const settings = (signIn: Record<string, unknown> = {}) => ({
  platformSettings: { esEnv: 'es5' },
  appSettings: {
    name: 'Film & Fernsehen',
    theme: { background: '#102030' },
    signIn: { issuer: 'https://login.example.com', clientId: 'living-room', ...signIn },
  },
});

const relayed = settings({
  relay: 'https://relay.example.com/device',
  clientSecret: secret,
  apiOrigins: ['https://api.example.com'],
});

const siteFiles = ['appBundle.js', 'index.html', 'licenses.txt', 'static/fonts/next-400.woff'];

/** Files that grant the rights to what every package contains. */
const licenseFiles = [
  'LICENSE',
  'static/fonts/LICENSE-mono.txt',
  'static/fonts/LICENSE-next.txt',
  ...[
    '@babel/helpers/LICENSE',
    '@lightningjs/core/LICENSE',
    'dijkstrajs/LICENSE.md',
    'idb-keyval/LICENCE',
    'ky/license',
    'qrcode/license',
  ].map((file) => `node_modules/${file}`),
];

const folder = mkdtempSync(path.join(tmpdir(), 'packages-'));
let made: Packages;
let again: Packages;
let ipk: ReadonlyMap<string, Buffer>;
let wgt: ReadonlyMap<string, Buffer>;
let hosted: ReadonlyMap<string, Buffer>;

const fileEnding = (ending: string) => made.files.find((file) => file.endsWith(ending));

const app = (name: string) => `usr/palm/applications/com.example.yourchannel/${name}`;

beforeAll(async () => {
  made = await makePackages({ settings: relayed, outDir: path.join(folder, 'first') });
  again = await makePackages({ settings: relayed, outDir: path.join(folder, 'second') });
  const ipkFiles = filesInIpk(readFileSync(fileEnding('.ipk') ?? ''));
  ipk = new Map(ipkFiles.map(({ name, content }) => [name, content]));
  wgt = await unzip(readFileSync(fileEnding('.wgt') ?? ''));
  hosted = await unzip(readFileSync(fileEnding('-hosted.zip') ?? ''));
}, 400_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('npm run package', () => {
  it('makes an .ipk, a .wgt and a .zip with their sums, named after the app and its version', () => {
    const names = readdirSync(path.join(folder, 'first')).sort();
    expect(names).toEqual([
      'SHA256SUMS',
      'com.example.yourchannel-1.0.0-hosted.zip',
      'com.example.yourchannel-1.0.0.ipk',
      'com.example.yourchannel-1.0.0.wgt',
    ]);
    const sums = readFileSync(path.join(folder, 'first', 'SHA256SUMS'), 'utf8');
    for (const name of names.filter((one) => one !== 'SHA256SUMS')) {
      const content = readFileSync(path.join(folder, 'first', name));
      expect(sums).toContain(`${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
    }
  });

  it('makes the same bytes from the same sources', () => {
    expect(again.files.length).toBe(made.files.length);
    for (const file of made.files) {
      const same = path.join(folder, 'second', path.basename(file));
      expect(readFileSync(same).equals(readFileSync(file)), file).toBe(true);
    }
  });

  it('packs no console, test hook, source map or secret', () => {
    const packages = [wgt, hosted, ipk];
    for (const [name, content] of packages.flatMap((one) => [...one])) {
      expect(name).not.toMatch(/\.map$|\.ts$|qa|test|console|control/i);
      const text = content.toString('latin1');
      for (const inside of [
        secret,
        'clientSecret":',
        'sourceMappingURL',
        'tv-levers',
        '/control/',
        'localhost:4001',
        'attachInspector',
        '/work/',
        'node_modules',
      ]) {
        expect(text.includes(inside), `${inside} in ${name}`).toBe(false);
      }
    }
  });

  it.each(licenseFiles)('every package carries the license of what is inside: %s', (file) => {
    const license = readFileSync(path.resolve(import.meta.dirname, '..', file), 'utf8').trim();
    const texts = [
      ipk.get(app('licenses.txt')),
      wgt.get('licenses.txt'),
      hosted.get('licenses.txt'),
    ];
    for (const text of texts) expect(String(text)).toContain(license);
  });

  it('the file of licenses names nothing that is not inside', () => {
    for (const name of ['@lightningjs/sdk', '@metrological/sdk', 'oidc-provider']) {
      expect(String(hosted.get('licenses.txt'))).not.toContain(name);
    }
  });

  it('the app does not load the file of licenses', () => {
    for (const name of ['index.html', 'appBundle.js']) {
      expect(String(hosted.get(name))).not.toContain('licenses.txt');
    }
  });

  it('the settings of the repository are ready for viewers', () => {
    expect(made.warnings).toEqual([]);
  });
});

describe('the .ipk for webOS', () => {
  it('describes the app to the TV', () => {
    expect(JSON.parse(String(ipk.get(app('appinfo.json'))))).toMatchObject({
      id: 'com.example.yourchannel',
      title: 'Film & Fernsehen',
      version: '1.0.0',
      type: 'web',
      main: 'index.html',
      bgColor: '#102030',
      icon: 'icon.png',
      largeIcon: 'largeIcon.png',
      splashBackground: 'splash.png',
      resolution: '1920x1080',
      disableBackHistoryAPI: true,
      handlesRelaunch: false,
      accessibility: { supportsAudioGuidance: true },
    });
  });

  it('the .ipk holds the app, and every picture in the size that LG asks for', () => {
    for (const name of siteFiles) expect(ipk.has(app(name)), name).toBe(true);
    const sizeOf = (name: string) => {
      const { width, height } = PNG.sync.read(ipk.get(app(name)) ?? Buffer.alloc(0));
      return `${width}x${height}`;
    };
    expect(sizeOf('icon.png')).toBe('80x80');
    expect(sizeOf('largeIcon.png')).toBe('130x130');
    expect(sizeOf('splash.png')).toBe('1920x1080');
  });

  it('starts with the picture that the app begins with, in the colors of the settings', () => {
    const { data, width } = PNG.sync.read(ipk.get(app('splash.png')) ?? Buffer.alloc(0));
    const at = (x: number, y: number) => [...data.subarray((y * width + x) * 4).subarray(0, 3)];
    expect(at(300, 1000)).toEqual([0x10, 0x20, 0x30]);
    const [red = 0, green = 0, blue = 0] = at(118, 94);
    expect(blue).toBeGreaterThan(green);
    expect(green).toBeGreaterThan(red);
  });
});

describe('the .wgt for Tizen', () => {
  it('describes the app to the TV', () => {
    const config = String(wgt.get('config.xml'));
    expect(config).toContain('<name>Film &amp; Fernsehen</name>');
    expect(config).toContain('version="1.0.0"');
    expect(config).toMatch(
      /<tizen:application id="([A-Za-z0-9]{10})\.yourchannel" package="\1" required_version="4.0"\/>/,
    );
    expect(config).toContain('<tizen:profile name="tv-samsung"/>');
    expect(config).toContain('http://tizen.org/privilege/internet');
    expect(config).toContain('http://tizen.org/privilege/tv.inputdevice');
    expect(config).toContain('hwkey-event="enable"');
  });

  it('the .wgt may reach the relay and the API, and nothing else', () => {
    const config = String(wgt.get('config.xml'));
    expect([...config.matchAll(/<access origin="([^"]+)"/g)].map(([, origin]) => origin)).toEqual([
      'https://relay.example.com',
      'https://api.example.com',
    ]);
  });

  it('the .wgt holds the app and its icon', () => {
    for (const name of siteFiles) expect(wgt.has(name), name).toBe(true);
    expect(PNG.sync.read(wgt.get('icon.png') ?? Buffer.alloc(0)).width).toBe(117);
  });
});

describe('the hosted .zip', () => {
  it('the hosted .zip holds the site and nothing else', () => {
    const names = [...hosted.keys()];
    expect(names.filter((name) => !name.startsWith('static/')).sort()).toEqual([
      '_headers',
      'appBundle.js',
      'index.html',
      'licenses.txt',
      'nginx-headers.conf',
    ]);
    for (const name of siteFiles) expect(hosted.has(name), name).toBe(true);
  });

  it('the hosted .zip alone says which headers a server has to send', () => {
    for (const name of ['_headers', 'nginx-headers.conf']) {
      expect(String(hosted.get(name))).toContain("frame-ancestors 'self'");
      expect(String(hosted.get(name))).toContain('connect-src');
      expect(ipk.has(app(name)), name).toBe(false);
      expect(wgt.has(name), name).toBe(false);
    }
  });

  it('lets the page reach the relay and the API', () => {
    const policy = /connect-src ([^;]+)/.exec(String(hosted.get('index.html')))?.[1] ?? '';
    expect(policy.split(' ')).toEqual(
      expect.arrayContaining(['https://relay.example.com', 'https://api.example.com']),
    );
    expect(policy.split(' ')).not.toContain('https:');
  });
});

describe('the check before packing', () => {
  it('refuses to pack a client secret, which everyone with the package could read', async () => {
    await expect(makePackages({ settings: settings({ clientSecret: secret }) })).rejects.toThrow(
      /clientSecret is a secret: everyone could read it.*relay/s,
    );
  });

  it('refuses to pack a relay without a host, which an installed app does not have', async () => {
    await expect(makePackages({ settings: settings({ relay: '/relay' }) })).rejects.toThrow(
      /relay.*https:\/\//s,
    );
  });

  it('refuses to pack settings that the app itself would refuse', async () => {
    await expect(makePackages({ settings: settings({ clientID: 'tv' }) })).rejects.toThrow(
      /Did you mean clientId\?/,
    );
  });

  it('removes no foreign files from the folder that the packages go to', async () => {
    const outDir = path.join(folder, 'second');
    writeFileSync(path.join(outDir, 'holiday.zip'), 'mine');
    writeFileSync(path.join(outDir, 'com.example.yourchannel-0.9.0.wgt'), 'old');
    await makePackages({ settings: relayed, outDir });
    expect(readdirSync(outDir)).toContain('holiday.zip');
    expect(readdirSync(outDir)).not.toContain('com.example.yourchannel-0.9.0.wgt');
  }, 200_000);

  it.each([
    [
      { identifier: 'com.Example.TV', version: '1.0.0', icon: 'icon.svg' },
      /identifier.*lower-case/,
    ],
    [{ identifier: 'com.example.my_tv', version: '1.0.0', icon: 'icon.svg' }, /identifier/],
    [{ identifier: 'com.example.tv', version: '1.0', icon: 'icon.svg' }, /version.*1\.0\.0/],
    [{ identifier: 'com.example.tv', version: '1.0.0', icon: 'icon.png' }, /icon.*SVG/],
    [
      { identifier: 'com.example.tv', version: '1.0.0', icon: 'icon.svg', tizenPackageId: 'x' },
      /tizenPackageId.*ten/,
    ],
  ])('refuses to pack metadata that a TV would refuse: %j', (metadata, sentence) => {
    expect(() => checkMetadata(metadata)).toThrow(sentence);
  });
});

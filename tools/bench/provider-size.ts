import { providerBytes } from './provider-bytes.ts';

const { withAll, without, added } = await providerBytes();
process.stdout.write(
  `All providers together: ${added} bytes gzipped (${withAll} with, ${without} without).\n`,
);

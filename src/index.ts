import { Lightning } from '@lightningjs/sdk';
import { createStore } from 'idb-keyval';
import ky from 'ky';
import { create } from 'qrcode';

console.log(Lightning, ky, create, createStore);

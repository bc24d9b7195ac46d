/**
 * The parts of Lightning core that this app's own screens use. Core's index names every shader,
 * filter and component, and so pulls all of them into the bundle: bytes are start-up time on a TV.
 */
import ApplicationClass from '@lightningjs/core/src/application/Application.mjs';
import ComponentClass from '@lightningjs/core/src/application/Component.mjs';
import StaticCanvasTextureClass from '@lightningjs/core/src/textures/StaticCanvasTexture.mjs';
import StaticTextureClass from '@lightningjs/core/src/textures/StaticTexture.mjs';
import TextTextureClass from '@lightningjs/core/src/textures/TextTexture.mjs';
import type { Lightning } from '@lightningjs/sdk';

export const Application: typeof Lightning.Application = ApplicationClass;
export const Component: typeof Lightning.Component = ComponentClass;
export const StaticTexture: typeof Lightning.textures.StaticTexture = StaticTextureClass;
export const StaticCanvasTexture: typeof Lightning.textures.StaticCanvasTexture =
  StaticCanvasTextureClass;
export const TextTexture: typeof Lightning.textures.TextTexture = TextTextureClass;

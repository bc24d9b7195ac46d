import type { Lightning } from '@lightningjs/sdk';
import { Brand } from './components/Brand';
import { Notice } from './components/Notice';
import { layout, safe, snap } from './layout';
import { Application } from './lightning';
import type { Arrangement, ScreenDescription } from './screen-description';
import { AccountsScreen } from './screens/AccountsScreen';
import { CodeScreen } from './screens/CodeScreen';
import { MessageScreen } from './screens/MessageScreen';
import { ProfileScreen } from './screens/ProfileScreen';
import type { Screen, ScreenType } from './screens/Screen';

export interface AppSpec extends Lightning.Application.TemplateSpec {
  Brand: typeof Brand;
  Screen: object;
  Notice: typeof Notice;
}

const screens = {
  welcome: MessageScreen,
  message: MessageScreen,
  code: CodeScreen,
  help: CodeScreen,
  profile: ProfileScreen,
  accounts: AccountsScreen,
} satisfies Record<Exclude<Arrangement, 'channel'>, ScreenType>;

/** Opacity of the picture while it is dimmed. */
const dimmedAlpha = 0.35;

/** Root component: one description in, one screen out. It keeps nothing of its own. */
export class App
  extends Application<AppSpec>
  implements Lightning.Component.ImplementTemplateSpec<AppSpec>
{
  /** Draws the integrator's own content; set once, before the first picture. */
  channelScreen: ScreenType = MessageScreen;

  private readonly Brand = this.getByRef('Brand')!;
  private readonly Notice = this.getByRef('Notice')!;

  static override _template(): Lightning.Component.Template<AppSpec> {
    return { Brand: { type: Brand }, Screen: {}, Notice: { type: Notice } };
  }

  /** Not a field: Lightning asks for the focus before the fields are there. */
  private get Screen(): Lightning.Element {
    return this.tag('Screen') as Lightning.Element;
  }

  private get current(): Screen | undefined {
    return this.Screen.children[0] as Screen | undefined;
  }

  /** Sets the picture; `stage.drawFrame()` then draws it. */
  show(description: ScreenDescription): void {
    const precision = this.stage.getRenderPrecision();
    const { x, y } = description.shift;
    this.patch({
      x: snap(x, precision),
      y: snap(y, precision),
      alpha: description.dimmed ? dimmedAlpha : 1,
    });
    const { gap, mark } = layout.brand;
    const noticeWidth = this.Notice.show(description.notice);
    const taken = Math.max(layout.notice.minWidth, noticeWidth + gap);
    this.Brand.show(description.appName, safe.right - safe.left - mark - gap - taken);
    const { arrangement } = description;
    const type = arrangement === 'channel' ? this.channelScreen : screens[arrangement];
    if (!(this.current instanceof type)) this.Screen.children = [{ type }];
    this.current?.show(description);
    this._refocus();
  }

  /** Drops the screen, so that the next `show` sets every text anew. */
  forget(): void {
    this.Screen.children = [];
  }

  /**
   * Id of the control at a point.
   *
   * @param x in layout pixels, like `y`
   */
  controlAt(x: number, y: number): string | undefined {
    const hit = this.current?.pressables.find((pressable) => {
      const [left = 0, top = 0] = pressable.core.getAbsoluteCoords(0, 0);
      const dx = x - left;
      const dy = y - top;
      return dx >= 0 && dy >= 0 && dx < pressable.w && dy < pressable.h;
    });
    return hit?.controlId;
  }

  override _getFocused(): Lightning.Component | undefined {
    return this.current;
  }
}

import './language';
import './web';

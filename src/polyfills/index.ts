// First: on an engine that cannot run the app the other polyfills may already throw.
import './required';
import './language';
import './web';

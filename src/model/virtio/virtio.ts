/**
 * drivers/virtio/virtio.c, v5.7: devices, drivers, and how they get to know each other: status and
 * features step by step (virtio 3.1). Differs: no sysfs and no uevents. Sleeps: as the drivers'
 * probes do.
 */
import {
  VIRTIO_CONFIG_S_ACKNOWLEDGE,
  VIRTIO_CONFIG_S_DRIVER,
  VIRTIO_CONFIG_S_DRIVER_OK,
  VIRTIO_CONFIG_S_FAILED,
  VIRTIO_CONFIG_S_FEATURES_OK,
  VIRTIO_F_VERSION_1,
} from "./uapi.ts";
import {
  BIT_ULL,
  hasFeatureBit,
  transportFeatures,
  virtio_device_ready,
  virtio_has_feature,
  type virtio_device,
  type virtio_driver,
} from "./virtio_config.ts";

export const ENODEV = 19;

/** Every device on the bus. */
export const virtio_devices: virtio_device[] = [];
const virtioDrivers: virtio_driver[] = [];

export function register_virtio_driver(driver: virtio_driver): void {
  virtioDrivers.push(driver);
  for (const dev of virtio_devices) {
    if (dev.driver === null && dev.id === driver.id) {
      virtio_dev_probe(dev, driver);
    }
  }
}

export function register_virtio_device(dev: virtio_device): void {
  dev.name = `virtio${virtio_devices.length}`;
  virtio_devices.push(dev);
  dev.config.reset(dev);
  virtio_add_status(dev, VIRTIO_CONFIG_S_ACKNOWLEDGE);
  for (const driver of virtioDrivers) {
    if (driver.id === dev.id) {
      virtio_dev_probe(dev, driver);
    }
  }
}

/** The device says that its configuration has changed; in interrupt context. */
export function virtio_config_changed(dev: virtio_device): void {
  if (!dev.config_enabled) {
    dev.config_change_pending = true;
    return;
  }
  if (dev.driver !== null) {
    dev.driver.config_changed(dev);
  }
}

export function virtio_add_status(dev: virtio_device, status: number): void {
  dev.config.set_status(dev, dev.config.get_status(dev) | status);
}

function virtio_dev_probe(dev: virtio_device, drv: virtio_driver): number {
  dev.driver = drv;
  virtio_add_status(dev, VIRTIO_CONFIG_S_DRIVER);
  dev.features = negotiatedFeatures(dev.config.get_features(dev), drv);
  let err = drv.validate(dev);
  if (err === 0) {
    err = virtio_finalize_features(dev);
  }
  if (err === 0) {
    err = drv.probe(dev);
  }
  if (err !== 0) {
    virtio_add_status(dev, VIRTIO_CONFIG_S_FAILED);
    return err;
  }
  if ((dev.config.get_status(dev) & VIRTIO_CONFIG_S_DRIVER_OK) === 0) {
    virtio_device_ready(dev);
  }
  virtio_config_enable(dev);
  return 0;
}

/** What the device offers and either the driver or the transport knows. */
function negotiatedFeatures(device_features: number, drv: virtio_driver): number {
  return (
    commonFeatures(device_features, drv.feature_table) +
    commonFeatures(device_features, transportFeatures)
  );
}

function commonFeatures(device_features: number, table: readonly number[]): number {
  let features = 0;
  for (const fbit of table) {
    if (hasFeatureBit(device_features, fbit)) {
      features += BIT_ULL(fbit);
    }
  }
  return features;
}

/** Tells the device, and asks whether it agrees; older devices have no say in it. */
function virtio_finalize_features(dev: virtio_device): number {
  const err = dev.config.finalize_features(dev);
  if (err !== 0) {
    return err;
  }
  if (!virtio_has_feature(dev, VIRTIO_F_VERSION_1)) {
    return 0;
  }
  virtio_add_status(dev, VIRTIO_CONFIG_S_FEATURES_OK);
  const status = dev.config.get_status(dev);
  if ((status & VIRTIO_CONFIG_S_FEATURES_OK) === 0) {
    return -ENODEV;
  }
  return 0;
}

/** From now on changes reach the driver; the one that may have come before is delivered. */
function virtio_config_enable(dev: virtio_device): void {
  dev.config_enabled = true;
  if (dev.config_change_pending) {
    dev.config_change_pending = false;
    virtio_config_changed(dev);
  }
}

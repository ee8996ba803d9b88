namespace SdStudio.Web.Generation;

/// <summary>Opens what runs the networks; called once, on the worker's thread, before its first job. Must not throw.</summary>
public delegate void DeviceOpening();

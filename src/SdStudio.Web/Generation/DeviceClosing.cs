namespace SdStudio.Web.Generation;

/// <summary>Lets go of a device that was lost, after the model on it was freed; the next load opens it again. On the worker's thread. Must not throw.</summary>
public delegate void DeviceClosing();

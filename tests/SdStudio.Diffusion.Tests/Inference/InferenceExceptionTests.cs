using SdStudio.Diffusion.Inference;

namespace SdStudio.Diffusion.Tests.Inference;

public sealed class InferenceExceptionTests
{
    [Theory]
    [InlineData("std::bad_alloc", InferenceFailure.OutOfMemory)]
    [InlineData("[ErrorCode:RuntimeException] ... Failed to allocate memory for requested buffer of size 4294967296", InferenceFailure.OutOfMemory)]
    [InlineData("CUDA failure 2: out of memory ; GPU=0", InferenceFailure.OutOfMemory)]
    [InlineData("Non-zero status code ... 8007000E Not enough memory resources are available to complete this operation.", InferenceFailure.OutOfMemory)]
    [InlineData("... 887A0005 The GPU device instance has been suspended. Use GetDeviceRemovedReason to determine the appropriate action.", InferenceFailure.DeviceLost)]
    [InlineData("CUDA failure 700: an illegal memory access was encountered", InferenceFailure.DeviceLost)]
    [InlineData("WebGPU device lost (1)", InferenceFailure.DeviceLost)]
    [InlineData("Got invalid dimensions for input: sample", InferenceFailure.Other)]
    public void ReasonOf_WhatTheRuntimeWrites_IsRecognised(string message, InferenceFailure expected) =>
        Assert.Equal(expected, InferenceException.ReasonOf(message));

    [Fact]
    public void From_OutOfMemory_SaysWhatToTry()
    {
        InferenceException e = InferenceException.From(new InsufficientMemoryException(), "UNet");

        Assert.Equal(InferenceFailure.OutOfMemory, e.Reason);
        Assert.Contains("smaller picture", e.Message, StringComparison.Ordinal);
    }
}

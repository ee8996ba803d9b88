using Microsoft.ML.OnnxRuntime;
using SdStudio.Diffusion.Graphs;

namespace SdStudio.Diffusion.Inference;

/// <summary>How one network is run on a device.</summary>
/// <param name="StaticShapes">Whether every input size needs a session of its own.</param>
/// <param name="ShrinksArena">Whether memory that the runtime keeps for the next run is given back after each.</param>
/// <param name="NewOptions">Fresh options with the execution provider set.</param>
internal sealed record ExecutionPlan(
    OperatorChoices Operators, WeightDelivery Delivery, bool StaticShapes, bool ShrinksArena, Func<SessionOptions> NewOptions);

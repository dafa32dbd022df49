namespace DistTrain.Training.Models;

/// <summary>One step of a feed-forward network, as data: engines give it its meaning.</summary>
public abstract record Layer;

/// <summary>A layer with a weight and a bias.</summary>
/// <param name="Name">Prefix of its tensors' names.</param>
/// <param name="FanIn">Inputs that one output is a weighted sum of.</param>
/// <param name="WeightShape">As in PyTorch: outputs first.</param>
public abstract record ParameterLayer(string Name, int Outputs, int FanIn, int[] WeightShape) : Layer;

/// <summary>Square convolution with stride 1 and zero padding; weight is outputs x inputs x kernel x kernel.</summary>
public sealed record Convolution(string Name, int Inputs, int Outputs, int Kernel, int Padding)
    : ParameterLayer(Name, Outputs, Inputs * Kernel * Kernel, [Outputs, Inputs, Kernel, Kernel]);

/// <summary>y = x W^T + b; weight is outputs x inputs.</summary>
public sealed record Linear(string Name, int Inputs, int Outputs)
    : ParameterLayer(Name, Outputs, Inputs, [Outputs, Inputs]);

/// <summary>Element-wise: <see cref="ActivationKind"/> has the formulas.</summary>
/// <param name="Slope">Of <see cref="ActivationKind.LeakyRelu"/> below 0, from 0 to below 1; 0 for all others.</param>
public sealed record Activation(ActivationKind Kind, float Slope = 0) : Layer;

/// <summary>In training alone, each value becomes 0 with this probability, and else grows by 1/(1 - probability): <see cref="Engines.DropoutMask"/>.</summary>
/// <param name="Probability">Above 0 and below 1.</param>
public sealed record Dropout(double Probability) : Layer;

/// <summary>
/// Over windows of 2 x 2, stride 2. Behind an activation, the maximum is the activated value of the largest input, and the gradient goes to
/// that input: no activation falls, so it is a largest one, but where an activation is flat others have the same value.
/// </summary>
public sealed record Pooling(PoolingKind Kind) : Layer;

/// <summary>N x C x H x W to N x (C H W).</summary>
public sealed record Flatten : Layer;

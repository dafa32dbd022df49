namespace DistTrain.Training.Models;

/// <summary>y = f(x) behind the hidden layers. None of them ever falls as x grows, which pooling of maxima relies on.</summary>
public enum ActivationKind
{
    /// <summary>max(0, x); the slope at 0 is 0.</summary>
    Relu,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>(e^x - e^-x) / (e^x + e^-x).</summary>
    Tanh,

    /// <summary>x above 0, else x times a small slope (Maas, Hannun, Ng, 2013); at 0 it has that slope.</summary>
    LeakyRelu,

    /// <summary>
    /// 1 above 0, else 0. Its derivative is 0 wherever there is one, and nothing would be learned. So the gradient passes as it is where |x| is at most
    /// 1, and not elsewhere: the straight-through estimator (Bengio, Leonard, Courville, 2013) as Hubara et al. ("Binarized neural
    /// networks", 2016) have it, the derivative of max(-1, min(1, x)).
    /// </summary>
    Step,
}
